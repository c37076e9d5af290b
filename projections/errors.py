"""What a projection cannot answer, as data; the edge words it."""


class ProjectionError(Exception):
    """Root of everything that this package raises."""


class UnknownTopic(ProjectionError):
    """The log holds a type of event that this version does not know."""

    def __init__(self, topic: str, index: int) -> None:
        super().__init__(f"#{index}: {topic}")
        self.topic = topic
        self.index = index


class UndecodableLeaf(ProjectionError):
    """Leaves of one type do not have the fields of that type."""

    def __init__(self, topic: str, detail: str) -> None:
        super().__init__(f"{topic}: {detail}")
        self.topic = topic
        self.detail = detail
