/** The numbers of an objective, an optimiser or settings as JSON, by path. */

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Somewhere in JSON: what it is called, what is there, and the whole with something else there. */
interface Place {
  readonly key: string
  readonly inner: unknown
  readonly put: (inner: unknown) => unknown
}

const within = (json: Json, name: string, inner: unknown): readonly Place[] =>
  isObject(inner)
    ? Object.keys(inner).map((key) => ({
        key,
        inner: inner[key],
        put: (value) => ({ ...json, [name]: { ...inner, [key]: value } }),
      }))
    : []

/** A step's options and parts. One option alone is the step itself: `optimizer.learningRate`. */
const stepPlaces = (step: Json): readonly Place[] => [
  ...within(step, 'options', step['options']),
  ...within(step, 'parts', step['parts']),
]
const ofStep = (step: Json): Omit<Place, 'key'> => {
  const places = stepPlaces(step)
  const [only] = places
  return places.length === 1 && only !== undefined && step['parts'] === undefined
    ? only
    : { inner: step, put: (inner) => inner }
}

/** Steps by their names, a second of one name as `name~2`. */
const chainPlaces = (json: Json, steps: readonly unknown[]): readonly Place[] =>
  steps.filter(isObject).map((step, i, all) => {
    const { inner, put } = ofStep(step)
    const before = all.slice(0, i).filter((other) => other['name'] === step['name']).length
    return {
      key: `${String(step['name'])}${before === 0 ? '' : `~${before + 1}`}`,
      inner,
      put: (value) => ({ ...json, steps: steps.map((other, at) => (at === i ? put(value) : other)) }),
    }
  })

const placesIn = (json: unknown): readonly Place[] => {
  if (!isObject(json)) return []
  if (json['tag'] === 'schedule') return within(json, 'options', json['options'])
  if (json['tag'] === 'chain' && Array.isArray(json['steps'])) return chainPlaces(json, json['steps'])
  if ('options' in json && 'name' in json) return stepPlaces(json)
  return Object.keys(json).map((key) => ({ key, inner: json[key], put: (inner) => ({ ...json, [key]: inner }) }))
}

/** Which number of a schedule is its size: where it ends if it rises, else where it begins; of a user's own, its first option. */
const sizeOf = (json: unknown): string | undefined => {
  if (!isObject(json)) return undefined
  const { tag, size } = json
  if (tag === 'schedule') return typeof size === 'string' ? size : undefined
  return tag === 'warmUp' || tag === 'cyclical' ? 'to' : tag === 'cosine' || tag === 'decay' ? 'from' : undefined
}

/** With the number at a path changed; undefined where there is none. Of a schedule its size is meant. */
export const withNumber = (json: unknown, path: string, value: number): unknown => {
  if (path === '') {
    if (typeof json === 'number' || json === null) return value
    const size = sizeOf(json)
    return placesIn(json)
      .find(({ key }) => key === size)
      ?.put(value)
  }
  for (const { key, inner, put } of placesIn(json)) {
    if (path !== key && !path.startsWith(`${key}.`)) continue
    const changed = withNumber(inner, path.slice(key.length + 1), value)
    if (changed !== undefined) return put(changed)
  }
  return undefined
}

/** The paths of what {@link withNumber} can set. */
export const pathsIn = (json: unknown, prefix: string): readonly string[] => {
  const own = typeof json === 'number' || json === null || sizeOf(json) !== undefined ? [prefix] : []
  const isNamed = isObject(json) && json['tag'] !== 'schedule' && own.length > 0
  return isNamed ? own : [...own, ...placesIn(json).flatMap(({ key, inner }) => pathsIn(inner, `${prefix}.${key}`))]
}
