/** Gauss and Legendre's nodes and weights on [−1, 1], by Newton's iteration on the polynomial of that degree. */
const gaussLegendre = (degree: number): readonly (readonly [node: number, weight: number])[] =>
  Array.from({ length: degree }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (degree + 0.5))
    let slope = 1
    for (let step = 0; step < 100; step++) {
      let [before, here] = [1, x]
      for (let k = 2; k <= degree; k++) [before, here] = [here, ((2 * k - 1) * x * here - (k - 1) * before) / k]
      slope = (degree * (x * here - before)) / (x * x - 1)
      x -= here / slope
    }
    return [x, 2 / ((1 - x * x) * slope * slope)]
  })

const rule = gaussLegendre(20)

/** Points and weights for ∫ f over all panels between neighbouring breaks; put a break at every kink of f. */
export const panels = (
  breaks: readonly number[],
): { readonly points: readonly number[]; readonly weights: readonly number[] } => {
  const all = breaks.slice(1).flatMap((to, i) => {
    const from = breaks[i] ?? to
    return rule.map(([x, w]) => ({ point: (from + to) / 2 + ((to - from) / 2) * x, weight: ((to - from) / 2) * w }))
  })
  return { points: all.map((p) => p.point), weights: all.map((p) => p.weight) }
}

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, x, i) => total + x * (b[i] ?? NaN), 0)
