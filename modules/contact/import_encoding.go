package contact

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// The encodings of files that people have, by the names of the WHATWG
// (https://encoding.spec.whatwg.org/#names-and-labels).
const (
	encodingUTF8     = "utf-8"
	encodingUTF16LE  = "utf-16le"
	encodingUTF16BE  = "utf-16be"
	encoding1250     = "windows-1250" // Excel of old in central Europe
	encoding1251     = "windows-1251" // where one writes Cyrillic
	encoding1252     = "windows-1252" // in western Europe and America
	encodingLatin2   = "iso-8859-2"
	encodingLatin9   = "iso-8859-15"
	encodingMac      = "macintosh" // Excel's "CSV (Macintosh)"
	encodingShiftJIS = "shift_jis"
	encodingEUCJP    = "euc-jp"
	encodingGB18030  = "gb18030" // GBK and GB 2312 are parts of it
	encodingBig5     = "big5"
	encodingEUCKR    = "euc-kr"
)

// ImportEncodings are those that an import reads, the likeliest first.
var ImportEncodings = []string{
	encodingUTF8, encodingUTF16LE, encodingUTF16BE, encoding1252, encoding1250, encoding1251, encodingLatin9, encodingLatin2, encodingMac,
	encodingShiftJIS, encodingEUCJP, encodingGB18030, encodingBig5, encodingEUCKR,
}

var decoders = map[string]encoding.Encoding{
	encodingUTF8:     unicode.UTF8BOM,
	encodingUTF16LE:  unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	encodingUTF16BE:  unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	encoding1250:     charmap.Windows1250,
	encoding1251:     charmap.Windows1251,
	encoding1252:     charmap.Windows1252,
	encodingLatin2:   charmap.ISO8859_2,
	encodingLatin9:   charmap.ISO8859_15,
	encodingMac:      charmap.Macintosh,
	encodingShiftJIS: japanese.ShiftJIS,
	encodingEUCJP:    japanese.EUCJP,
	encodingGB18030:  simplifiedchinese.GB18030,
	encodingBig5:     traditionalchinese.Big5,
	encodingEUCKR:    korean.EUCKR,
}
