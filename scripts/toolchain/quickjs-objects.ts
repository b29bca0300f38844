/** Shorter ways for what contracts do most with objects, fields and functions; see `contract/engine/fast-paths.h`. */
import type { SourcePatch } from "./quickjs-patches.ts";

const CLOSURE_VARIABLES =
  "sizeof(var_refs[0]) * b->closure_var_count);\n        if (!var_refs)\n            goto fail;\n" +
  "        p->u.func.var_refs = var_refs;\n        for(i = 0; i < b->closure_var_count; i++) {\n" +
  "            JSClosureVar *cv = &b->closure_var[i];\n            JSVarRef *var_ref;\n            if (cv->is_local) {\n";

const CLONED_SHAPE = `        } else if (sh->header.ref_count != 1) {
            /* if the shape is shared, clone it */
            new_sh = js_clone_shape(ctx, sh);
            if (!new_sh)
                return NULL;
            /* hash the cloned shape */
            new_sh->is_hashed = TRUE;
            js_shape_hash_link(ctx->rt, new_sh);
            js_free_shape(ctx->rt, p->shape);
            p->shape = new_sh;
        }
`;

/** Up to this many fields: with more, maps would be copied over and over. */
const MAX_KEPT_FIELDS = 12;

const KEPT_SHAPE = `        } else if (sh->header.ref_count != 1 || sh->prop_count < ${MAX_KEPT_FIELDS}) {
            uint32_t hash = shape_hash(shape_hash(sh->hash, prop), prop_flags);
            new_sh = js_clone_shape(ctx, sh);
            if (!new_sh)
                return NULL;
            js_free_shape(ctx->rt, sh);
            p->shape = new_sh;
            if (add_shape_property(ctx, &p->shape, p, prop, prop_flags))
                return NULL;
            new_sh = p->shape;
            new_sh->hash = hash;
            new_sh->is_hashed = TRUE;
            js_shape_hash_link(ctx->rt, new_sh);
            return &p->prop[new_sh->prop_count - 1];
        }
`;

const HASH_STRING8 = `static inline uint64_t hash_mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * 0x9e3779b97f4a7c15ull;
    return h ^ h >> 32;
}

static uint32_t hash_string8(const uint8_t *str, size_t len, uint32_t start)
{
    typedef uint64_t __attribute__((may_alias, aligned(1))) word_any;
    uint64_t h = start, rest = 0;
    for (; len >= 8; len -= 8, str += 8)
        h = hash_mix(h, *(const word_any *)str);
    while (len)
        rest = rest << 8 | str[--len];
    return hash_mix(h, rest);
}
`;

const HASH_STRING16 = `    uint64_t x = h, rest = 0;
    for (; len >= 8; len -= 8, str += 8) {
        uint64_t word = 0;
        for (int i = 7; i >= 0; i--)
            word = word << 8 | str[i];
        x = hash_mix(x, word);
    }
    while (len)
        rest = rest << 8 | str[--len];
    return hash_mix(x, rest);
}
`;

export const OBJECT_PATCHES: readonly SourcePatch[] = [
  {
    file: "quickjs.c",
    why: "see fast-paths.h",
    find: "JSValue JS_GetPropertyInternal(JSContext *ctx, JSValueConst obj,\n                               JSAtom prop, JSValueConst this_obj,\n                               BOOL throw_ref_error)\n{",
    replace:
      '#include "fast-paths.h"\n\n' +
      "JSValue JS_GetPropertyInternal(JSContext *ctx, JSValueConst obj,\n                               JSAtom prop, JSValueConst this_obj,\n                               BOOL throw_ref_error)\n{",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                ret = JS_DefinePropertyValue(ctx, sp[-2], atom, sp[-1],\n                                             JS_PROP_C_W_E | JS_PROP_THROW);\n                sp--;",
    replace:
      "                if (engine_add_field(ctx, sp[-2], atom, sp[-1])) {\n                    sp--;\n                    BREAK;\n                }\n" +
      "                ret = JS_DefinePropertyValue(ctx, sp[-2], atom, sp[-1],\n                                             JS_PROP_C_W_E | JS_PROP_THROW);\n                sp--;",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    res = js_strict_eq(ctx, sp[-2], sp[-1]);\n    sp[-2] = JS_NewBool(ctx, res ^ is_neq);",
    replace:
      "    res = engine_same_text(sp[-2], sp[-1]);\n    if (res < 0)\n        res = js_strict_eq(ctx, sp[-2], sp[-1]);\n" +
      "    sp[-2] = JS_NewBool(ctx, res ^ is_neq);",
  },
  {
    file: "quickjs.c",
    why: "eight characters at once; both widths of a text must have the same hash",
    find: "/* XXX: could use faster version ? */\nstatic inline uint32_t hash_string8(const uint8_t *str, size_t len, uint32_t h)\n{\n    size_t i;\n\n    for(i = 0; i < len; i++)\n        h = h * 263 + str[i];\n    return h;\n}",
    replace: HASH_STRING8,
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    size_t i;\n\n    for(i = 0; i < len; i++)\n        h = h * 263 + str[i];\n    return h;\n}\n\nstatic uint32_t hash_string(",
    replace: `${HASH_STRING16}\nstatic uint32_t hash_string(`,
  },
  {
    file: "quickjs.c",
    why: "a hashed shape stays as it is, so that the next object with the same fields finds it",
    find: CLONED_SHAPE,
    replace: KEPT_SHAPE,
  },
  {
    file: "quickjs.c",
    why: "more room than the shape says does no harm",
    find: "            if (new_sh->prop_size != sh->prop_size) {",
    replace: "            if (new_sh->prop_size > sh->prop_size) {",
  },
  {
    file: "quickjs.c",
    why: "fewer moves",
    find: "    new_size = max_int(count, sh->prop_size * 3 / 2);",
    replace: "    new_size = max_int(count, sh->prop_size * 2);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    new_size = max_int(new_len, p->u.array.u1.size * 3 / 2);",
    replace: "    new_size = max_int(max_int(new_len, 4), p->u.array.u1.size * 2);",
  },
  {
    file: "quickjs.c",
    why: "see fast-paths.h",
    find: "JSValue JS_NewObject(JSContext *ctx)\n{\n",
    replace:
      "/* Empty, with room for some fields; none while building. */\nstatic JSShape *engine_object_shape;\n" +
      "/* The empty shape of functions; none while building. */\nstatic JSShape *engine_function_shape;\n\nJSValue JS_NewObject(JSContext *ctx)\n{\n" +
      "    if (engine_object_shape)\n" +
      "        return JS_NewObjectFromShape(ctx, js_dup_shape(engine_object_shape), JS_CLASS_OBJECT);\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                ret_val = JS_CallInternal(ctx, call_argv[-1], JS_UNDEFINED,\n                                          JS_UNDEFINED, call_argc, call_argv, 0);\n                if (unlikely(JS_IsException(ret_val)))\n                    goto exception;\n                if (opcode == OP_tail_call)",
    replace:
      "                ret_val = engine_call_function(ctx, call_argv[-1], JS_UNDEFINED, call_argc, call_argv);\n" +
      "                if (unlikely(JS_IsException(ret_val)))\n                    goto exception;\n                if (opcode == OP_tail_call)",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                ret_val = JS_CallInternal(ctx, call_argv[-1], call_argv[-2],\n                                          JS_UNDEFINED, call_argc, call_argv, 0);",
    replace:
      "                ret_val = engine_call_function(ctx, call_argv[-1], call_argv[-2], call_argc, call_argv);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "            *sp++ = JS_AtomToValue(ctx, get_u32(pc));",
    replace: "            *sp++ = engine_atom_value(ctx, get_u32(pc));",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                    ret = JS_DefinePropertyValue(ctx, ret_val, __JS_AtomFromUInt32(i), call_argv[i],\n                                                 JS_PROP_C_W_E | JS_PROP_THROW);",
    replace:
      "                    ret = add_fast_array_element(ctx, JS_VALUE_GET_OBJ(ret_val), call_argv[i], 0);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    if (JS_VALUE_GET_TAG(source) != JS_TAG_OBJECT)\n        return 0;\n\n    if (JS_VALUE_GET_TAG(excluded) == JS_TAG_OBJECT)\n        pexcl",
    replace:
      "    if (JS_VALUE_GET_TAG(source) != JS_TAG_OBJECT)\n        return 0;\n\n" +
      "    if (!setprop && JS_VALUE_GET_TAG(excluded) != JS_TAG_OBJECT &&\n" +
      "        engine_copy_fields(ctx, JS_VALUE_GET_OBJ(target), source))\n        return 0;\n" +
      "    if (JS_VALUE_GET_TAG(excluded) == JS_TAG_OBJECT)\n        pexcl",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    func_obj = JS_NewObjectClass(ctx, func_kind_to_class_id[b->func_kind]);\n    if (JS_IsException(func_obj)) {\n        JS_FreeValue(ctx, bfunc);",
    replace:
      "    func_obj = engine_function_shape && b->func_kind == JS_FUNC_NORMAL\n" +
      "                   ? JS_NewObjectFromShape(ctx, js_dup_shape(engine_function_shape), JS_CLASS_BYTECODE_FUNCTION)\n" +
      "                   : JS_NewObjectClass(ctx, func_kind_to_class_id[b->func_kind]);\n" +
      "    if (JS_IsException(func_obj)) {\n        JS_FreeValue(ctx, bfunc);",
  },
  {
    file: "quickjs.c",
    why: "a block of its own: else the loop sets up this result before every single instruction",
    find: "            ret_val = JS_UNDEFINED;\n            goto done;\n",
    replace:
      '            __asm__ volatile("");\n            ret_val = JS_UNDEFINED;\n            goto done;\n',
  },
  {
    file: "quickjs.c",
    why: "every entry is written",
    find: `        var_refs = js_mallocz(ctx, ${CLOSURE_VARIABLES}`,
    replace: `        var_refs = js_malloc(ctx, ${CLOSURE_VARIABLES}`,
  },
  {
    file: "quickjs.c",
    why: "a function's own name and length cost more than its closure, on every one that is made",
    find:
      "    js_function_set_properties(ctx, func_obj, name_atom,\n" +
      "                               b->defined_arg_count);\n\n    if (b->func_kind & JS_FUNC_GENERATOR) {",
    replace: "    if (b->func_kind & JS_FUNC_GENERATOR) {",
  },
  {
    file: "quickjs.c",
    why: "same, and of built-in functions",
    find: "static void js_function_set_properties(JSContext *ctx, JSValueConst func_obj,\n                                       JSAtom name, int len)\n{",
    replace:
      "static void js_function_set_properties(JSContext *ctx, JSValueConst func_obj,\n                                       JSAtom name, int len)\n{ return;",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int JS_DefineObjectName(JSContext *ctx, JSValueConst obj,\n                               JSAtom name, int flags)\n{",
    replace:
      "static int JS_DefineObjectName(JSContext *ctx, JSValueConst obj,\n                               JSAtom name, int flags)\n{ return 0;",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int JS_DefineObjectNameComputed(JSContext *ctx, JSValueConst obj,\n                                       JSValueConst str, int flags)\n{",
    replace:
      "static int JS_DefineObjectNameComputed(JSContext *ctx, JSValueConst obj,\n                                       JSValueConst str, int flags)\n{ return 0;",
  },
];
