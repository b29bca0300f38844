/**
 * How objects lie in the runtime engine's memory. A call begins with this memory, and every byte of it that is not zero
 * costs gas in every call: what is zero at run time lies beside each other and takes no room in the contract.
 */

/** A text replacement in `quickjs.c`, see `SourcePatch`. */
type Replacement = readonly [find: string, replace: string];

/** The lists of the collector are gone at run time, so counts and links come first and what is read comes last. */
const HEADERS: readonly Replacement[] = [
  [
    "    int ref_count; /* must come first, 32-bit */\n    JSGCObjectTypeEnum gc_obj_type : 4;",
    "    int ref_count; /* must come first, 32-bit */\n    struct list_head link;\n    JSGCObjectTypeEnum gc_obj_type : 4;",
  ],
  [
    "    uint16_t dummy2; /* not used by the GC */\n    struct list_head link;\n};",
    "    uint16_t dummy2; /* not used by the GC */\n};",
  ],
  [
    "            int __gc_ref_count; /* corresponds to header.ref_count */\n            uint8_t __gc_mark; /* corresponds to header.mark/gc_obj_type */\n\n",
    "            int __gc_ref_count; /* corresponds to header.ref_count */\n            struct list_head __gc_link;\n            uint8_t __gc_mark; /* corresponds to header.mark/gc_obj_type */\n\n",
  ],
  [
    "            int __gc_ref_count; /* corresponds to header.ref_count */\n            uint8_t __gc_mark; /* corresponds to header.mark/gc_obj_type */\n            \n",
    "            int __gc_ref_count; /* corresponds to header.ref_count */\n            struct list_head __gc_link;\n            uint8_t __gc_mark; /* corresponds to header.mark/gc_obj_type */\n            \n",
  ],
];

const OBJECTS: readonly Replacement[] = [
  ["    struct JSMapRecord *first_weak_ref; /* XXX: use a bit and an external hash table? */\n", ""],
  ["    } u;\n    /* byte sizes: 40/48/72 */\n", "    } u;\n    struct JSMapRecord *first_weak_ref;\n"],
  [
    "            JSContext *realm;\n            JSCFunctionType c_function;\n            uint8_t length;\n            uint8_t cproto;\n            int16_t magic;\n",
    "            JSCFunctionType c_function;\n            uint8_t length;\n            uint8_t cproto;\n            int16_t magic;\n            JSContext *realm;\n",
  ],
  ["    ctx = p->u.cfunc.realm; /* change the current realm */\n", ""],
  [
    "    JSValue *pvalue; /* pointer to the value, either on the stack or\n                        to 'value' */\n    JSValue value;",
    "    JSValue value;",
  ],
  [
    " /* used when the variable is no longer on the stack */\n} JSVarRef;",
    " /* used when the variable is no longer on the stack */\n    JSValue *pvalue; /* points to it or to the stack */\n} JSVarRef;",
  ],
];

const READ_SMALL = `static int engine_get_small(BCReaderState *s, uint8_t *value)
{
    uint16_t read;
    if (bc_get_leb128_u16(s, &read))
        return -1;
    *value = read;
    if (read <= UINT8_MAX)
        return 0;
    JS_ThrowRangeError(s->ctx, "a function has more than 255 arguments, variables or values on its stack");
    return s->error_state = -1;
}

`;

/** A function's bytecode begins right behind its fields; what only making it needs lies in front of what calling it needs. */
const FUNCTIONS: readonly Replacement[] = [
  [
    "    JSGCObjectHeader header; /* must come first */\n    uint8_t js_mode;\n",
    "    JSGCObjectHeader header; /* must come first */\n    JSContext *realm;\n    JSAtom func_name;\n" +
      "    JSVarDef *vardefs; /* arguments + local variables (arg_count + var_count) (self pointer) */\n" +
      "    int byte_code_len;\n    int cpool_count;\n    JSClosureVar *closure_var; /* list of variables in the closure */\n" +
      "    int closure_var_count;\n    JSValue *cpool; /* constant pool (self pointer) */\n" +
      "    uint16_t defined_arg_count; /* for length function property */\n    uint8_t js_mode;\n",
  ],
  [
    "    uint8_t *byte_code_buf; /* (self pointer) */\n    int byte_code_len;\n    JSAtom func_name;\n    JSVarDef *vardefs; /* arguments + local variables (arg_count + var_count) (self pointer) */\n    JSClosureVar *closure_var; /* list of variables in the closure (self pointer) */\n    uint16_t arg_count;\n    uint16_t var_count;\n    uint16_t defined_arg_count; /* for length function property */\n",
    "    uint8_t arg_count;\n    uint8_t var_count;\n",
  ],
  [
    "    uint16_t stack_size; /* maximum stack size */\n    JSContext *realm; /* function realm */\n    JSValue *cpool; /* constant pool (self pointer) */\n    int cpool_count;\n    int closure_var_count;\n    struct {",
    "    uint8_t stack_size; /* maximum stack size */\n    uint8_t byte_code_buf[0];\n    struct {",
  ],
  ...["arg_count", "var_count", "stack_size"].map(
    (field): Replacement => [
      `    if (bc_get_leb128_u16(s, &bc.${field}))\n`,
      `    if (engine_get_small(s, &bc.${field}))\n`,
    ],
  ),
  [
    "static JSValue JS_ReadFunctionTag(BCReaderState *s)\n{\n",
    `${READ_SMALL}static JSValue JS_ReadFunctionTag(BCReaderState *s)\n{\n`,
  ],
  [
    "    b->byte_code_buf = (void *)((uint8_t*)b + byte_code_offset);\n    b->byte_code_len = fd->byte_code.size;\n",
    "    __builtin_trap(); /* the runtime engine compiles nothing */\n",
  ],
  ["    b->byte_code_buf = bc_buf;\n", ""],
  // the length is not kept; the compiler makes no other positions to return to
  ["                if (unlikely(pos >= b->byte_code_len)) {\n", "                if (0) {\n"],
  [
    "    cpool_offset = function_size;\n    function_size += bc.cpool_count * sizeof(*bc.cpool);\n    vardefs_offset = function_size;\n    function_size += local_count * sizeof(*bc.vardefs);\n    closure_var_offset = function_size;\n    function_size += bc.closure_var_count * sizeof(*bc.closure_var);\n    byte_code_offset = function_size;\n    if (!bc.read_only_bytecode) {\n        function_size += bc.byte_code_len;\n    }\n",
    "    byte_code_offset = function_size;\n    function_size = (function_size + bc.byte_code_len + 7) & ~7;\n" +
      "    cpool_offset = function_size;\n    function_size += bc.cpool_count * sizeof(*bc.cpool);\n" +
      "    closure_var_offset = function_size;\n    function_size += bc.closure_var_count * sizeof(*bc.closure_var);\n" +
      "    vardefs_offset = function_size;\n    function_size += local_count * sizeof(*bc.vardefs);\n",
  ],
];

/** Free entries of the table of names are zero where the build ends. */
const NAMES: readonly Replacement[] = [
  [
    "    rt->atom_free_index = atom_get_free(rt->atom_array[i]);\n",
    "    rt->atom_free_index = engine_next_free(rt, i);\n",
  ],
  [
    "/* string case (internal). Return JS_ATOM_NULL if error. 'str' is\n   freed. */\nstatic JSAtom __JS_NewAtom(",
    `static uint32_t engine_next_free(JSRuntime *rt, uint32_t i)
{
    if (rt->atom_array[i])
        return atom_get_free(rt->atom_array[i]);
    while (++i < rt->atom_size && rt->atom_array[i])
        ;
    return i < rt->atom_size ? i : 0;
}

static JSAtom __JS_NewAtom(`,
  ],
];

/**
 * In a call an object and its fields are one block. The word in front of the fields is the object's padding, which is
 * zero and says that their length need not be known when they move (memory.c); nothing is given back in a call.
 */
const ONE_BLOCK: readonly Replacement[] = [
  [
    "static JSValue JS_NewObjectFromShape(JSContext *ctx, JSShape *sh, JSClassID class_id)\n{\n    JSObject *p;\n",
    `static JSShape *engine_object_shape;
_Static_assert(sizeof(JSObject) == offsetof(JSObject, first_weak_ref) + 8, "no padding in front of the fields");

static JSValue JS_NewObjectFromShape(JSContext *ctx, JSShape *sh, JSClassID class_id)
{
    JSObject *p;
    size_t fields = engine_object_shape ? sizeof(JSProperty) * sh->prop_size : 0;
`,
  ],
  [
    "    p = js_malloc(ctx, sizeof(JSObject));\n    if (unlikely(!p))\n        goto fail;\n    p->class_id = class_id;\n",
    "    p = js_malloc(ctx, sizeof(JSObject) + fields);\n    if (unlikely(!p))\n        goto fail;\n    p->class_id = class_id;\n",
  ],
  [
    "    p->prop = js_malloc(ctx, sizeof(JSProperty) * sh->prop_size);\n    if (unlikely(!p->prop)) {\n        js_free(ctx, p);\n    fail:\n",
    "    p->prop = engine_object_shape ? (JSProperty *)(p + 1) : js_malloc(ctx, sizeof(JSProperty) * sh->prop_size);\n    if (unlikely(!p->prop)) {\n        js_free(ctx, p);\n    fail:\n",
  ],
];

/** All of them, for `RUNTIME_PATCHES`. */
export const LAYOUT: readonly Replacement[] = [...HEADERS, ...OBJECTS, ...FUNCTIONS, ...NAMES, ...ONE_BLOCK];
