// Changes the files of a bundle in every way and counts what its verify.go accepts.
//
// To be run beside verify.go in an unpacked bundle: JEJAK_KEYS='KEY...' JEJAK_EVIDENCE=m
// JEJAK_SPREAD=n go test -v verify.go sweep_test.go. Of each file that proves something m bits are
// flipped, of others n bits or lines; every one where there is no number. Each line of the answer:
// what was done, how often, how often it was accepted.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

var (
	evidence = []string{"checkpoint", "event.tlog-proof", "leaf.json", "consistency", "older-checkpoint"}
	copies   = []string{"event.tlog-proof", "consistency"} // they end in the checkpoint
)

type bundle map[string][]byte

func load(t *testing.T) bundle {
	files, err := readFiles(".")
	if err != nil {
		t.Fatal(err)
	}
	if err := accepts(files); err != nil {
		t.Fatal("the bundle as it is: ", err)
	}
	return files
}

func accepts(files bundle) error {
	return verify(files, strings.Fields(os.Getenv("JEJAK_KEYS")), func(string) {})
}

// with gives the bundle with one file changed; MANIFEST follows where `remade`.
func (files bundle) with(name string, data []byte, remade bool) bundle {
	changed := bundle{}
	for other, content := range files {
		changed[other] = content
	}
	changed[name] = data
	if remade {
		changed["MANIFEST"] = manifest(changed)
	}
	return changed
}

func manifest(files bundle) []byte {
	var made bytes.Buffer
	for _, name := range names(files["MANIFEST"]) {
		fmt.Fprintf(&made, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	return made.Bytes()
}

func flipped(data []byte, bit int) []byte {
	changed := append([]byte{}, data...)
	changed[bit/8] ^= 1 << (bit % 8)
	return changed
}

// spread gives as many of the numbers below n as the variable says, evenly; all without it.
func spread(n int, variable string) []int {
	count, err := strconv.Atoi(os.Getenv(variable))
	if err != nil || count > n {
		count = n
	}
	chosen := make([]int, count)
	for i := range chosen {
		chosen[i] = i * n / count
	}
	return chosen
}

type tally struct {
	t               *testing.T
	what            string
	tried, accepted int
}

func (c *tally) try(files bundle, words string, number int) {
	c.tried++
	if accepts(files) == nil {
		c.accepted++
		c.t.Errorf("%s: accepted: %s %d", c.what, words, number)
	}
}

func (c *tally) report() { fmt.Printf("%s: tried %d accepted %d\n", c.what, c.tried, c.accepted) }

func TestFlips(t *testing.T) {
	files, count := load(t), tally{t: t, what: "bit flips, bundle"}
	for name, data := range files {
		variable := "JEJAK_SPREAD"
		for _, one := range append(evidence, "MANIFEST") {
			if one == name {
				variable = "JEJAK_EVIDENCE"
			}
		}
		for _, bit := range spread(len(data)*8, variable) {
			count.try(files.with(name, flipped(data, bit), false), name, bit)
		}
	}
	count.report()
}

// The manifest is made again, so that only signature and hashes can refuse.
func TestFlipsUnderANewManifest(t *testing.T) {
	files, count := load(t), tally{t: t, what: "bit flips, bundle, new MANIFEST"}
	for _, name := range evidence {
		for _, bit := range spread(len(files[name])*8, "JEJAK_EVIDENCE") {
			count.try(files.with(name, flipped(files[name], bit), true), name, bit)
		}
	}
	count.report()
}

// The same bit of the checkpoint in each file that has a copy of it.
func TestFlipsOfTheCheckpointEverywhere(t *testing.T) {
	files, count := load(t), tally{t: t, what: "bit flips, bundle, checkpoint with its copies"}
	note := files["checkpoint"]
	for _, bit := range spread(len(note)*8, "JEJAK_EVIDENCE") {
		other := flipped(note, bit)
		changed := files.with("checkpoint", other, true)
		for _, name := range copies {
			if data, there := files[name]; there {
				changed = changed.with(name, append(bytes.TrimSuffix(data, note), other...), true)
			}
		}
		count.try(changed, "checkpoint", bit)
	}
	count.report()
}

func TestLines(t *testing.T) {
	files, count := load(t), tally{t: t, what: "changed lines, bundle, new MANIFEST"}
	lines := bytes.SplitAfter(files["leaves.jsonl"], []byte("\n"))
	lines = lines[:len(lines)-1]
	for _, i := range spread(len(lines), "JEJAK_SPREAD") {
		line, next := lines[i], lines[(i+1)%len(lines)]
		for words, instead := range map[string][]byte{
			"changed":   flipped(line, i*31%(len(line)*8)),
			"left out":  nil,
			"doubled":   append(append([]byte{}, line...), line...),
			"replaced":  next,
			"cut":       line[:len(line)/2],
			"unended":   line[:len(line)-1],
			"far ended": append(append([]byte{}, line...), '\n'),
		} {
			text := append([]byte{}, bytes.Join(lines[:i], nil)...)
			text = append(append(text, instead...), bytes.Join(lines[i+1:], nil)...)
			count.try(files.with("leaves.jsonl", text, true), words+" line", i)
		}
	}
	count.report()
}

func TestTiles(t *testing.T) {
	files, count := load(t), tally{t: t, what: "bit flips, tiles of bundle, new MANIFEST"}
	for name, data := range files {
		if strings.HasPrefix(name, "tile/") {
			for _, bit := range spread(len(data)*8, "JEJAK_SPREAD") {
				count.try(files.with(name, flipped(data, bit), true), name, bit)
			}
			count.try(files.with(name, data[:len(data)-32], true), name+" cut", len(data))
			count.try(files.with(name, append(data[:len(data):len(data)], data[:32]...), true), name+" longer", len(data))
		}
	}
	count.report()
}
