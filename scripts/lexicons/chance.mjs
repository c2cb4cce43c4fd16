/** Choices that a seed decides on (mulberry32). */
export function chance(seed) {
  let state = seed
  /** A whole number from 0, less than the bound. */
  function random(bound) {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % bound
  }
  return { random, pick: (list) => list[random(list.length)] }
}
