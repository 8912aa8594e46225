import * as fc from 'fast-check'

// A mutant is dead at the first counterexample; making it smaller would cost more than finding it.
fc.configureGlobal({ endOnFailure: true })
