// Command check reads a .tlog-proof with code that is not ours: Go's golang.org/x/mod/sumdb, packages note and tlog.
//
//	check KEY PROOF ENTRY              the entry stands in the signed tree
//	check KEY CHECKPOINT NEWER HASHES  the newer checkpoint continues the older; HASHES: base64, one a line
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) == 4 {
		inclusion(os.Args[1], text(os.Args[2]), text(os.Args[3]))
	} else if len(os.Args) == 5 {
		consistency(os.Args[1], text(os.Args[2]), text(os.Args[3]), text(os.Args[4]))
	} else {
		fail(fmt.Errorf("check KEY PROOF ENTRY, or check KEY CHECKPOINT NEWER HASHES"))
	}
}

func inclusion(key, proof, entry string) {
	parts := strings.SplitN(proof, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail(fmt.Errorf("not a tlog-proof"))
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	fail(err)
	size, root := checkpoint(key, parts[1])
	fail(tlog.CheckRecord(hashes(lines[1:]), size, root, index, tlog.RecordHash([]byte(entry))))
	fmt.Printf("entry %d of %d\n", index, size)
}

func consistency(key, older, newer, proof string) {
	oldSize, oldRoot := checkpoint(key, older)
	size, root := checkpoint(key, newer)
	fail(tlog.CheckTree(tlog.TreeProof(hashes(strings.Fields(proof))), size, root, oldSize, oldRoot))
	fmt.Printf("%d continues %d\n", size, oldSize)
}

func checkpoint(key, message string) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(key)
	fail(err)
	opened, err := note.Open([]byte(message), note.VerifierList(verifier))
	fail(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		fail(fmt.Errorf("a checkpoint of another log"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail(err)
	return size, hashes(lines[2:3])[0]
}

func hashes(lines []string) tlog.RecordProof {
	found := tlog.RecordProof{}
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		fail(err)
		found = append(found, hash)
	}
	return found
}

func text(path string) string {
	data, err := os.ReadFile(path)
	fail(err)
	return string(data)
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
