// Reads a log of Postern as any monitor would: with the tlog-tiles client of filippo.io/torchwood and the note and tree
// code of golang.org/x/mod, knowing nothing of the program that wrote it.
//
// It takes the log's prefix (a URL, or a folder that holds the same files), the vkeys file and checkpoints seen earlier,
// oldest first. Of every checkpoint it verifies the signature, reads all tiles and entries of its size, recomputes the
// root from the entries alone and proves each entry's inclusion; between each two it proves consistency. It exits 0 with
// one line of JSON, 1 with one sentence about what it refuses, 2 when called wrongly.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const patience = 60 * time.Second

type summary struct {
	Origin      string  `json:"origin"`
	Size        int64   `json:"size"`
	Root        string  `json:"root"`
	Checkpoints []int64 `json:"checkpoints"`
	Tiles       int     `json:"tiles"`
	Inclusions  int     `json:"inclusions"`
}

func main() {
	log := flag.String("log", "", "prefix of the log: a URL or a folder")
	keys := flag.String("keys", "", "file with one vkey a line")
	token := flag.String("token", "", "bearer token of a monitor")
	flag.Parse()
	if *log == "" || *keys == "" {
		fmt.Fprintln(os.Stderr, "usage: tlog-reader -log <url or folder> -keys <vkeys> [-token <token>] [<earlier checkpoint>...]")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	read, err := readLog(ctx, *log, *keys, *token, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "refused: "+err.Error())
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(read); err != nil {
		os.Exit(1)
	}
}

func readLog(ctx context.Context, log, keys, token string, earlier []string) (summary, error) {
	verifiers, err := readKeys(keys)
	if err != nil {
		return summary{}, err
	}
	tiles, err := openTiles(log, token)
	if err != nil {
		return summary{}, err
	}
	newest, err := tiles.ReadEndpoint(ctx, "checkpoint")
	if err != nil {
		return summary{}, err
	}
	notes := [][]byte{}
	for _, path := range earlier {
		text, err := os.ReadFile(path)
		if err != nil {
			return summary{}, err
		}
		notes = append(notes, text)
	}
	out := summary{}
	before := tlog.Tree{}
	for _, text := range append(notes, newest) {
		checkpoint, err := openCheckpoint(text, verifiers)
		if err != nil {
			return summary{}, err
		}
		if out.Origin != "" && checkpoint.Origin != out.Origin {
			return summary{}, fmt.Errorf("checkpoints of two logs: %q and %q", out.Origin, checkpoint.Origin)
		}
		if len(out.Checkpoints) > 0 {
			if err := proveConsistency(ctx, before, checkpoint.Tree, tiles); err != nil {
				return summary{}, err
			}
		}
		count, err := readTree(ctx, checkpoint.Tree, tiles)
		if err != nil {
			return summary{}, fmt.Errorf("at size %d: %w", checkpoint.N, err)
		}
		before = checkpoint.Tree
		out.Origin, out.Size, out.Root = checkpoint.Origin, checkpoint.N, checkpoint.Hash.String()
		out.Checkpoints = append(out.Checkpoints, checkpoint.N)
		out.Tiles += count
		out.Inclusions += int(checkpoint.N)
	}
	return out, nil
}

func readKeys(path string) ([]note.Verifier, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	verifiers := []note.Verifier{}
	for _, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verifier, err := note.NewVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("vkey %q: %w", line, err)
		}
		verifiers = append(verifiers, verifier)
	}
	return verifiers, nil
}

// A checkpoint counts only if a key of its own origin signed it.
func openCheckpoint(text []byte, verifiers []note.Verifier) (torchwood.Checkpoint, error) {
	opened, err := note.Open(text, note.VerifierList(verifiers...))
	if err != nil {
		return torchwood.Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	if err != nil {
		return torchwood.Checkpoint{}, err
	}
	for _, signature := range opened.Sigs {
		if signature.Name == checkpoint.Origin {
			return checkpoint, nil
		}
	}
	return torchwood.Checkpoint{}, fmt.Errorf("checkpoint of %q is not signed by that log", checkpoint.Origin)
}

// readTree returns how many tiles the tree of this checkpoint has, after reading each and proving each entry.
func readTree(ctx context.Context, tree tlog.Tree, tiles torchwood.TileReader) (int, error) {
	entries, err := readEntries(ctx, tree, tiles)
	if err != nil {
		return 0, err
	}
	own, err := hashEntries(entries)
	if err != nil {
		return 0, err
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err != nil {
		return 0, err
	}
	if root != tree.Hash {
		return 0, fmt.Errorf("root is %v, the entries give %v", tree.Hash, root)
	}
	served := torchwood.TileHashReaderWithContext(ctx, tree, tiles)
	for index, entry := range entries {
		proof, err := tlog.ProveRecord(tree.N, int64(index), served)
		if err != nil {
			return 0, fmt.Errorf("entry %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(entry)); err != nil {
			return 0, fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return compareTiles(ctx, tree, own, tiles)
}

// The client stops before a last partial tile and reads it when asked again from there.
func readEntries(ctx context.Context, tree tlog.Tree, tiles torchwood.TileReader) ([][]byte, error) {
	client, err := torchwood.NewClient(tiles)
	if err != nil {
		return nil, err
	}
	entries := [][]byte{}
	for int64(len(entries)) < tree.N {
		start := len(entries)
		for index, entry := range client.Entries(ctx, tree, int64(start)) {
			if index != int64(len(entries)) {
				return nil, fmt.Errorf("entry %d came in the place of %d", index, len(entries))
			}
			entries = append(entries, bytes.Clone(entry))
		}
		if err := client.Err(); err != nil {
			return nil, err
		}
		if len(entries) == start {
			return nil, fmt.Errorf("no entry %d", start)
		}
	}
	return entries, nil
}

func hashEntries(entries [][]byte) (tlog.HashReader, error) {
	stored := []tlog.Hash{}
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for place, index := range indexes {
			if index < 0 || index >= int64(len(stored)) {
				return nil, errors.New("no such hash")
			}
			hashes[place] = stored[index]
		}
		return hashes, nil
	})
	for index, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(index), entry, reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	return reader, nil
}

// Byte for byte: every tile that a tree of this size has, partial ones at every level too.
func compareTiles(ctx context.Context, tree tlog.Tree, own tlog.HashReader, tiles torchwood.TileReader) (int, error) {
	all := tlog.NewTiles(torchwood.TileHeight, 0, tree.N)
	for _, tile := range all {
		path := torchwood.TilePath(tile)
		want, err := tlog.ReadTileData(tile, own)
		if err != nil {
			return 0, err
		}
		served, err := tiles.ReadTiles(ctx, []tlog.Tile{tile})
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(served[0], want) {
			return 0, fmt.Errorf("%s does not hold the hashes of its entries", path)
		}
	}
	return len(all), nil
}

func proveConsistency(ctx context.Context, older, newer tlog.Tree, tiles torchwood.TileReader) error {
	if newer.N < older.N {
		return fmt.Errorf("the log shrank from %d to %d", older.N, newer.N)
	}
	if newer.N == older.N || older.N == 0 {
		if newer.N == older.N && newer.Hash != older.Hash {
			return fmt.Errorf("two roots at size %d", older.N)
		}
		return nil
	}
	proof, err := tlog.ProveTree(newer.N, older.N, torchwood.TileHashReaderWithContext(ctx, newer, tiles))
	if err != nil {
		return fmt.Errorf("from %d to %d: %w", older.N, newer.N, err)
	}
	if err := tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		return fmt.Errorf("from %d to %d: %w", older.N, newer.N, err)
	}
	return nil
}

// remembered asks for each tile once. Nothing is trusted for being remembered: every use is checked against a root.
type remembered struct {
	torchwood.TileReader
	tiles map[tlog.Tile][]byte
}

func (r remembered) ReadTiles(ctx context.Context, tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for place, tile := range tiles {
		if _, known := r.tiles[tile]; !known {
			data, err := r.TileReader.ReadTiles(ctx, []tlog.Tile{tile})
			if err != nil {
				return nil, err
			}
			r.tiles[tile] = data[0]
		}
		out[place] = r.tiles[tile]
	}
	return out, nil
}

func openTiles(log, token string) (torchwood.TileReader, error) {
	base, client := log, &http.Client{Transport: monitor{token: token, next: http.DefaultTransport}}
	if !strings.Contains(log, "://") {
		folder, err := filepath.Abs(log)
		if err != nil {
			return nil, err
		}
		files := &http.Transport{}
		files.RegisterProtocol("file", http.NewFileTransport(http.Dir(folder)))
		base, client = "file:///", &http.Client{Transport: files}
	}
	fetcher, err := torchwood.NewTileFetcher(base, torchwood.WithHTTPClient(client), torchwood.WithConcurrencyLimit(4))
	if err != nil {
		return nil, err
	}
	return remembered{TileReader: fetcher, tiles: map[tlog.Tile][]byte{}}, nil
}

// monitor sends the bearer token and holds the answers to the content types that tlog-tiles asks for.
type monitor struct {
	token string
	next  http.RoundTripper
}

func (m monitor) RoundTrip(request *http.Request) (*http.Response, error) {
	if m.token != "" {
		request = request.Clone(request.Context())
		request.Header.Set("Authorization", "Bearer "+m.token)
	}
	response, err := m.next.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusOK {
		return response, err
	}
	want := "application/octet-stream"
	if strings.HasSuffix(request.URL.Path, "/checkpoint") {
		want = "text/plain; charset=utf-8"
	}
	if got := response.Header.Get("Content-Type"); got != want {
		response.StatusCode = http.StatusUnsupportedMediaType
		response.Status = fmt.Sprintf("415 %q instead of %q", got, want)
	}
	return response, nil
}
