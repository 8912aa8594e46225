import { pipe } from 'fp-ts/lib/function.js'
import { add, flat, hasShape, input, join, matching, part, sum, sumKeeping, times, turn, view } from '../surface.ts'

const x = input('x', 2, 3, 4)
const scalar = input('s')

hasShape<[]>()(scalar)
hasShape<[1]>()(flat(scalar))
hasShape<[2, 3, 4]>()(pipe(x, add(scalar)))
hasShape<[2, 3, 4]>()(pipe(input('a', 4), add(x)))
hasShape<[2, 3, 4]>()(pipe(input('a', 2, 1, 4), add(input('b', 3, 1))))
hasShape<[2, 3, 4]>()(pipe(x, matching(x)))

hasShape<[5, 7]>()(pipe(input('a', 5, 3), times(input('b', 3, 7))))
hasShape<[7]>()(pipe(input('a', 3), times(input('b', 3, 7))))
hasShape<[5]>()(pipe(input('a', 5, 3), times(input('b', 3))))
hasShape<[]>()(pipe(input('a', 3), times(input('b', 3))))
hasShape<[2, 3, 5]>()(pipe(x, times(input('b', 4, 5))))
hasShape<[6, 2, 3, 5]>()(pipe(x, times(input('b', 6, 1, 4, 5))))

hasShape<[4, 3, 2]>()(pipe(x, turn()))
hasShape<[3, 4, 2]>()(pipe(x, turn(1, 2, 0)))
hasShape<[24]>()(flat(x))
hasShape<[4, 6]>()(pipe(x, view(4, 6)))
hasShape<[]>()(pipe(input('a', 1, 1), view()))
hasShape<[448, 448, 1]>()(pipe(input('a', 200704), view(448, 448, 1)))

hasShape<[2, 3, 8]>()(pipe(x, join(x)))
hasShape<[2, 6, 4]>()(pipe(x, join(x, 1)))
hasShape<[3, 3, 4]>()(pipe(x, join(input('b', 1, 3, 4), -3)))

hasShape<[2, 3, 2]>()(pipe(x, part(-1, 1, 3)))
hasShape<[1, 3, 4]>()(pipe(x, part(0, 0, 1)))

hasShape<[]>()(pipe(x, sum('all')))
hasShape<[2, 3]>()(pipe(x, sum([-1])))
hasShape<[3]>()(pipe(x, sum([0, -1])))
hasShape<[1, 3, 1]>()(pipe(x, sumKeeping([2, 0])))
hasShape<[1, 1, 1]>()(pipe(x, sumKeeping('all')))
hasShape<[2, 3, 4]>()(pipe(x, sum([])))
