export { openGraph } from './session.ts'
