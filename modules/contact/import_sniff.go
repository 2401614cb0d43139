package contact

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf8"
)

const (
	sniffSample = 256 << 10 // bytes of lines with letters beyond ASCII that are judged
	sniffBroken = 50        // letters of UTF-8 to one that is broken, in a file that was cut or patched
	sniffOdds   = 5.0       // how much likelier, as a natural logarithm, a sure reading is than any other
)

// sniffEncoding tells how a file writes its letters: by its mark, by the zeros
// between Latin letters of UTF-16, as UTF-8 if all of it is that, else by what its
// letters would say in each encoding. It is not certain where another reading is
// about as likely, or none is likely.
func sniffEncoding(r io.Reader) (name string, certain bool, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, err
	}
	if name := sniffUTF16(head); name != "" {
		return name, true, nil
	}
	var l letters
	for {
		line, err := in.ReadSlice('\n')
		over := errors.Is(err, io.EOF)
		if err != nil && !over && !errors.Is(err, bufio.ErrBufferFull) {
			return "", false, err
		}
		l.add(line, over)
		if over {
			break
		}
	}
	switch {
	case l.broken == 0:
		return encodingUTF8, true, nil
	case l.whole > sniffBroken*l.broken:
		return encodingUTF8, false, nil
	}
	name, certain = judge(l.sample)
	return name, certain, nil
}

// checkUTF16 refuses to read as UTF-16 what isn't: any bytes make letters of it.
func checkUTF16(r io.Reader, name string) error {
	if name != encodingUTF16LE && name != encodingUTF16BE {
		return nil
	}
	head, err := bufio.NewReaderSize(r, 8<<10).Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	marked := bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff})
	if as := sniffUTF16(head); !marked && (!bytes.ContainsRune(head, 0) || as != "" && as != name) {
		return errOtherLetters
	}
	return nil
}

func sniffUTF16(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return encodingUTF16LE
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return encodingUTF16BE
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1] > len(head)/8 && zeros[0] < zeros[1]/4:
		return encodingUTF16LE
	case zeros[0] > len(head)/8 && zeros[1] < zeros[0]/4:
		return encodingUTF16BE
	}
	return ""
}

// letters are those beyond ASCII of a file.
type letters struct {
	whole, broken int    // as UTF-8
	cut           []byte // the beginning of one, at the end of what was added
	sample        []byte // the first lines that have any
}

func (l *letters) add(line []byte, last bool) {
	if len(l.cut) == 0 && !beyondASCII(line) {
		return
	}
	if len(l.sample)+len(line) <= sniffSample {
		l.sample = append(l.sample, line...)
	}
	rest := slices.Concat(l.cut, line)
	l.cut = nil
	for len(rest) > 0 {
		c, size := utf8.DecodeRune(rest)
		switch {
		case c == utf8.RuneError && size == 1 && !last && !utf8.FullRune(rest):
			l.cut = rest
			return
		case c == utf8.RuneError && size == 1:
			l.broken++
		case size > 1:
			l.whole++
		}
		rest = rest[size:]
	}
}

func beyondASCII(p []byte) bool {
	return slices.ContainsFunc(p, func(b byte) bool { return b >= utf8.RuneSelf })
}

// judge reads a text in each encoding and takes the likeliest.
func judge(text []byte) (name string, certain bool) {
	type read struct {
		name, as string
		told     verdict
	}
	var all []read
	for _, t := range tongues {
		as, err := decoders[t.encoding].NewDecoder().Bytes(text)
		if err != nil {
			continue
		}
		all = append(all, read{t.encoding, string(as), t.judge([]rune(string(as)))})
	}
	slices.SortStableFunc(all, func(a, b read) int {
		if a.told.likely > b.told.likely {
			return -1
		}
		return 1
	})
	best := all[0]
	certain = best.told.natural
	for _, other := range all[1:] {
		if other.as != best.as { // the same text by another name is no doubt
			certain = certain && best.told.likely-other.told.likely >= sniffOdds
			break
		}
	}
	return best.name, certain
}
