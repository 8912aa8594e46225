/**
 * Philox4x32-10: a counter-based generator. A block of four 32-bit words is a function of a 64-bit key and a 128-bit counter, so any
 * word of any stream can be had without the words before it. Not for cryptography.
 *
 * Numerics  equal to the last bit to Random123's philox4x32 and to TensorFlow's stateless random ops with alg=1
 * Source    Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11
 */

/** Two 32-bit words, the low one first. */
export type Key = readonly [number, number]

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const [M0_LOW, M0_HIGH] = [M0 & 0xffff, M0 >>> 16]
const [M1_LOW, M1_HIGH] = [M1 & 0xffff, M1 >>> 16]
const WEYL0 = 0x9e3779b9
const WEYL1 = 0xbb67ae85
const ROUNDS = 10

/** The high 32 bits of x · (high·2¹⁶ + low), unsigned: schoolbook in halves, where no partial sum passes 2³². */
const mulHigh = (low: number, high: number, x: number): number => {
  const x0 = x & 0xffff
  const x1 = x >>> 16
  const t = (Math.imul(high, x0) + (Math.imul(low, x0) >>> 16)) | 0
  const u = (Math.imul(low, x1) + (t & 0xffff)) | 0
  return (Math.imul(high, x1) + (t >>> 16) + (u >>> 16)) | 0
}

/** How many words {@link twoBlocks} writes. */
export const PAIR = 8

/**
 * Writes the blocks at counters c and c + 1 to out[at … at + 7]. Two at once, because the multiplications of one wait for each other.
 * The low half of the counter (c0, c1) carries; it does not carry into the high half.
 */
export const twoBlocks = (
  out: Uint32Array,
  at: number,
  key0: number,
  key1: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
): void => {
  let [k0, k1] = [key0 | 0, key1 | 0]
  let a0 = c0 | 0
  let a1 = c1 | 0
  let a2 = c2 | 0
  let a3 = c3 | 0
  let b0 = (c0 + 1) | 0
  let b1 = b0 === 0 ? (c1 + 1) | 0 : c1 | 0
  let b2 = c2 | 0
  let b3 = c3 | 0
  for (let round = 0; round < ROUNDS; round++) {
    const aLow0 = Math.imul(M0, a0)
    const aHigh0 = mulHigh(M0_LOW, M0_HIGH, a0)
    const aLow1 = Math.imul(M1, a2)
    const aHigh1 = mulHigh(M1_LOW, M1_HIGH, a2)
    const bLow0 = Math.imul(M0, b0)
    const bHigh0 = mulHigh(M0_LOW, M0_HIGH, b0)
    const bLow1 = Math.imul(M1, b2)
    const bHigh1 = mulHigh(M1_LOW, M1_HIGH, b2)
    a0 = aHigh1 ^ a1 ^ k0
    a1 = aLow1
    a2 = aHigh0 ^ a3 ^ k1
    a3 = aLow0
    b0 = bHigh1 ^ b1 ^ k0
    b1 = bLow1
    b2 = bHigh0 ^ b3 ^ k1
    b3 = bLow0
    k0 = (k0 + WEYL0) | 0
    k1 = (k1 + WEYL1) | 0
  }
  out[at] = a0
  out[at + 1] = a1
  out[at + 2] = a2
  out[at + 3] = a3
  out[at + 4] = b0
  out[at + 5] = b1
  out[at + 6] = b2
  out[at + 7] = b3
}

const last = new Uint32Array(PAIR)

/**
 * Fills out[0 … count − 1] with consecutive words, from word 0 of the block at `block`, a whole number below 2⁵³; `step` is the high
 * half of the counter.
 */
export const fillWords = (out: Uint32Array, count: number, key: Key, block: number, step: number): void => {
  const [k0, k1] = key
  const [c2, c3] = [lowWord(step), highWord(step)]
  let c0 = lowWord(block) | 0
  let c1 = highWord(block) | 0
  const whole = count - (count % PAIR)
  for (let i = 0; i < whole; i += PAIR) {
    twoBlocks(out, i, k0, k1, c0, c1, c2, c3)
    c0 = (c0 + 2) | 0
    // past the end of 32 bits: only from −2 or −1 does it land on 0 or 1
    if (c0 === 0 || c0 === 1) c1 = (c1 + 1) | 0
  }
  if (whole === count) return
  twoBlocks(last, 0, k0, k1, c0, c1, c2, c3)
  for (let i = whole; i < count; i++) out[i] = last[i - whole] ?? 0
}

/** Of a whole number as a 64-bit integer in two's complement. */
export const lowWord = (n: number): number => n >>> 0
export const highWord = (n: number): number => Math.floor(n / 2 ** 32) >>> 0
