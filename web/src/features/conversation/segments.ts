/** How a text is cut for the carrier (3GPP TS 23.038 and 23.040). */
export interface Segments {
  encoding: 'GSM-7' | 'Unicode';
  /** Units used: septets in GSM-7, UTF-16 code units in Unicode. */
  used: number;
  /** Units that fit in as many segments as it takes now. */
  room: number;
  segments: number;
  /** Characters that GSM-7 lacks, each once: what makes a text Unicode. */
  foreign: string[];
}

const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Sent as an escape and a second septet. */
const extended = new Set('\f^{}\\[~]|€');

export function countSegments(text: string): Segments {
  const characters = [...text];
  const foreign = [...new Set(characters.filter((c) => !basic.has(c) && !extended.has(c)))];
  const gsm = foreign.length === 0;
  const sizes = characters.map((c) => (gsm ? (extended.has(c) ? 2 : 1) : c.length));
  const used = sizes.reduce((sum, size) => sum + size, 0);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  const segments = used === 0 ? 0 : used <= single ? 1 : fill(sizes, part);
  return {
    encoding: gsm ? 'GSM-7' : 'Unicode',
    used,
    room: segments <= 1 ? single : segments * part,
    segments,
    foreign,
  };
}

/** A character never spans two segments, so a segment may end a unit early. */
function fill(sizes: number[], part: number): number {
  let segments = 1;
  let at = 0;
  for (const size of sizes) {
    if (at + size > part) {
      segments += 1;
      at = 0;
    }
    at += size;
  }
  return segments;
}
