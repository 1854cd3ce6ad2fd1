/** Here, because the type that would be made from the document refers to itself in a way the compiler refuses. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
