import { type DTypeName, shapeProto, textAttr, typeAttr } from './graphdef/GraphDef.ts'
import type { Draft, Ref } from './graphdef/scope.ts'

/** A variable of a module and the endpoints that set and read it. */
export interface Declared {
  readonly shape: readonly number[]
  readonly handle: Ref
  readonly feed: Ref
  /** run to let it take the fed value */
  readonly assign: Ref
  readonly read: Ref
}

/** Run for what must be done first, where nothing is to be fetched. */
export const after = (draft: Draft, done: readonly Ref[]): Ref =>
  draft.add('Identity', [draft.ints([0], [])], { T: typeAttr('int32') }, done)

/** The value is copied in: what the host fed stays the host's, and updates in place do not write to it. */
export const declare = (
  draft: Draft,
  name: string,
  dtype: DTypeName,
  shape: readonly number[],
  at: number,
): Declared => {
  const handle = draft.add('VarHandleOp', [], {
    dtype: typeAttr(dtype),
    shape: { shape: shapeProto(shape) },
    shared_name: textAttr(name),
    container: textAttr(''),
  })
  const feed = draft.placeholder(`v${at}`, dtype, shape)
  const copy = draft.add('DeepCopy', [feed], { T: typeAttr(dtype) })
  const assigned = draft.add('AssignVariableOp', [handle, copy], { dtype: typeAttr(dtype) })
  return {
    shape,
    handle,
    feed,
    assign: after(draft, [assigned]),
    read: draft.add('ReadVariableOp', [handle], { dtype: typeAttr(dtype) }),
  }
}
