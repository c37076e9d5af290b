// Reads an exported log as a client of C2SP tlog-tiles does, with Go's own libraries.
//
//	go run tiles.go FOLDER 'NAME+HASH+KEY' INDEX OLDSIZE
//
// Checks every entry against the signed tree, then prints the proof of entry INDEX and the proof
// that the first OLDSIZE entries are the beginning, a hash a line, an empty line between.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, "REFUSED:", err)
		os.Exit(5)
	}
}

func run(folder, key, indexText, oldText string) error {
	tree, err := head(filepath.Join(folder, "checkpoint"), key)
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(indexText, 10, 64)
	if err != nil {
		return err
	}
	old, err := strconv.ParseInt(oldText, 10, 64)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, tiles(folder))
	if err := checkEntries(folder, tree, reader); err != nil {
		return err
	}
	inclusion, err := tlog.ProveRecord(tree.N, index, reader)
	if err != nil {
		return err
	}
	growth, err := tlog.ProveTree(tree.N, old, reader)
	if err != nil {
		return err
	}
	show(inclusion)
	fmt.Println()
	show(growth)
	return nil
}

func show(hashes []tlog.Hash) {
	for _, hash := range hashes {
		fmt.Println(base64.StdEncoding.EncodeToString(hash[:]))
	}
}

func head(path, key string) (tree tlog.Tree, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return tree, err
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// checkEntries: the bundles of entries hold what the tree has, each entry behind its length.
func checkEntries(folder string, tree tlog.Tree, reader tlog.HashReader) error {
	for start := int64(0); start < tree.N; start += width {
		tile := tlog.Tile{H: 8, N: start / width, W: width}
		if tree.N-start < width {
			tile.W = int(tree.N - start)
		}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return err
		}
		indexes := make([]int64, tile.W)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, start+int64(i))
		}
		stored, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, hash := range stored {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s ends within entry %d", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			if tlog.RecordHash(data[2:end]) != hash {
				return fmt.Errorf("entry %d of %s is not that of the tree", i, path)
			}
			data = data[end:]
		}
		if len(data) > 0 {
			return fmt.Errorf("%s is longer than its entries", path)
		}
	}
	return nil
}

// tiles reads the tiles of a folder; the library asks by its own path, with the height in it.
type tiles string

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(string(t), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}
