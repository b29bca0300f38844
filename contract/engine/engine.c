/* The engine is one translation unit: QuickJS 2021-03-27 as the npm package qjsc ships it (patched as listed in
   scripts/toolchain/quickjs-patches.ts) and our glue, which uses QuickJS internals such as string layout. */
#include "quickjs.c"
#undef malloc
#undef free
#undef realloc
#include "host.h"
#include "values.c"
#ifndef ENGINE_COMPILER
#include "json-read.c"
#include "json-objects.c"
#include "json-write.c"
#endif
#include "encodings.c"
#include "text-checks.c"
#include "bindings.c"
#include "signing.c"
#include "env-table.c"
#include "lifecycle.c"
#include "builtin-tables.h"
#include "trim.c"
#include "seal.c"
