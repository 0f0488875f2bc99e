import { CARD_LENGTH, parseCards } from "./card.js";
import type { FileWindow } from "./file-window.js";
import { Header } from "./header.js";

/** Everything in a FITS file is a whole number of blocks of this size (FITS 4.0, section 3.1). */
export const BLOCK = 2880;

/** A header larger than this is nothing that any writer makes. */
const MAX_HEADER = 8 << 20;

export interface HeaderText {
  readonly header: Header;
  /** Where the header begins, and where what follows it does. */
  readonly offset: number;
  readonly end: number;
  /** `open`: it ends without an END card, because other things follow; `cut`: because the file does. */
  readonly ending: "end" | "open" | "cut";
  /** Cards that hold control characters. */
  readonly oddCards: number;
}

/** Reads cards up to END, or as far as there are any. */
export async function readHeader(window: FileWindow, offset: number): Promise<HeaderText> {
  const texts: string[] = [];
  let oddCards = 0;
  for (let at = offset; ; at += BLOCK) {
    const block = await window.peek(at, BLOCK);
    const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString("latin1");
    const finish = (end: number, ending: HeaderText["ending"]): HeaderText => {
      const header = new Header(parseCards(texts.join("")));
      return { header, offset, end, ending, oddCards };
    };
    if (at > offset && /^(XTENSION|SIMPLE {2})=/.test(text)) return finish(at, "open");
    const { cards, odd, ended } = splitBlock(text);
    if (!ended && (odd * 2 > cards.length || at - offset >= MAX_HEADER)) return finish(at, "open");
    oddCards += odd;
    texts.push(cards.join(""));
    if (ended) return finish(at + BLOCK, "end");
    if (block.length < BLOCK) return finish(at + block.length, "cut");
  }
}

function splitBlock(text: string): { cards: string[]; odd: number; ended: boolean } {
  const cards: string[] = [];
  let odd = 0;
  for (let at = 0; at + CARD_LENGTH <= text.length; at += CARD_LENGTH) {
    const card = text.slice(at, at + CARD_LENGTH);
    if (/^END {5}/.test(card)) return { cards, odd, ended: true };
    if (hasControls(card)) odd++;
    cards.push(card);
  }
  // A file may end right behind the letters.
  return { cards, odd, ended: /^END *$/.test(text.slice(cards.length * CARD_LENGTH)) };
}

function hasControls(card: string): boolean {
  for (let i = 0; i < card.length; i++) {
    const code = card.charCodeAt(i);
    if (code < 0x20 && code !== 9 && code !== 10 && code !== 13) return true;
  }
  return false;
}
