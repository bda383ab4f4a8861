import { config } from 'zod'

// must run before any schema is made: Zod tries whether it may make code from text, which our content security
// policy forbids and the browser then reports
config({ jitless: true })
