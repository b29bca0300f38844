/** What counts references and gives memory back, which the runtime engine does while building only. */
import type { SourcePatch } from "./quickjs-patches.ts";

/**
 * Functions that only count references and give memory back. A call's memory ends with the call, so the snapshot
 * empties those that are exported under this prefix, and wasm-opt removes the calls.
 */
export const RELEASE_PREFIX = "release_";

const RELEASES: readonly (readonly [file: string, name: string, signature: string])[] = [
  ["quickjs.h", "value", "static inline void JS_FreeValue(JSContext *ctx, JSValue v)\n{"],
  ["quickjs.h", "value_rt", "static inline void JS_FreeValueRT(JSRuntime *rt, JSValue v)\n{"],
  ["quickjs.c", "string", "static inline void js_free_string(JSRuntime *rt, JSString *str)\n{"],
  ["quickjs.c", "memory", "void js_free(JSContext *ctx, void *ptr)\n{"],
  ["quickjs.c", "memory_rt", "void js_free_rt(JSRuntime *rt, void *ptr)\n{"],
  ["quickjs.c", "atom", "void JS_FreeAtom(JSContext *ctx, JSAtom v)\n{"],
  ["quickjs.c", "atom_rt", "void JS_FreeAtomRT(JSRuntime *rt, JSAtom v)\n{"],
  ["quickjs.c", "shape", "static void js_free_shape(JSRuntime *rt, JSShape *sh)\n{"],
  ["quickjs.c", "shape_null", "static void js_free_shape_null(JSRuntime *rt, JSShape *sh)\n{"],
  ["quickjs.c", "variable", "static void free_var_ref(JSRuntime *rt, JSVarRef *var_ref)\n{"],
  [
    "quickjs.c",
    "object",
    "static void add_gc_object(JSRuntime *rt, JSGCObjectHeader *h,\n                          JSGCObjectTypeEnum type)\n{",
  ],
  ["quickjs.c", "garbage", "static void js_trigger_gc(JSRuntime *rt, size_t size)\n{"],
];

const RELEASE = `__attribute__((noinline, used, export_name("${RELEASE_PREFIX}`;

/** Where the interpreter frees the arguments of a call: the text before, and how many values lie before the arguments. */
const FREED_ARGUMENTS: readonly (readonly [before: string, first: number])[] = [
  ["                if (opcode == OP_tail_call)\n                    goto done;\n", 1],
  ["                if (opcode == OP_tail_call_method)\n                    goto done;\n", 2],
  [
    "                                                     call_argc, call_argv, 0);\n" +
      "                if (unlikely(JS_IsException(ret_val)))\n                    goto exception;\n",
    2,
  ],
];

const RELEASE_PROTOTYPES = [
  "static void add_gc_object(JSRuntime *rt, JSGCObjectHeader *h,\n                          JSGCObjectTypeEnum type);",
  "static void free_var_ref(JSRuntime *rt, JSVarRef *var_ref);",
  "static void js_free_shape(JSRuntime *rt, JSShape *sh);",
  "static void js_free_shape_null(JSRuntime *rt, JSShape *sh);",
];

export const RELEASE_PATCHES: readonly SourcePatch[] = [
  ...RELEASES.map(([file, name, signature]) => ({
    file,
    why: "see RELEASE_PREFIX",
    find: signature,
    replace:
      `__attribute__((noinline, used, export_name("${RELEASE_PREFIX}${name}")))\n` +
      withoutLinkage(signature),
  })),
  ...RELEASE_PROTOTYPES.map((prototype) => ({
    file: "quickjs.c",
    why: "an exported function is not static",
    find: prototype,
    replace: withoutLinkage(prototype),
  })),
  {
    file: "quickjs.h",
    why: "see RELEASE_PREFIX",
    find: "static inline JSValue JS_DupValue(JSContext *ctx, JSValueConst v)\n{\n",
    replace:
      `${RELEASE}retain"))) void JS_RetainValue(JSValueConst v)\n{\n` +
      "    if (JS_VALUE_HAS_REF_COUNT(v))\n" +
      "        ((JSRefCountHeader *)JS_VALUE_GET_PTR(v))->ref_count++;\n}\n\n" +
      `${RELEASE}values"))) void JS_FreeValues(JSContext *ctx, JSValue *p, JSValue *end)\n{\n` +
      "    for (; p < end; p++)\n        JS_FreeValue(ctx, *p);\n}\n\n" +
      "static inline JSValue JS_DupValue(JSContext *ctx, JSValueConst v)\n{\n" +
      "    JS_RetainValue(v);\n    return v;\n",
  },
  {
    file: "quickjs.h",
    why: "see RELEASE_PREFIX",
    find: "static inline JSValue JS_DupValueRT(JSRuntime *rt, JSValueConst v)\n{\n",
    replace:
      "static inline JSValue JS_DupValueRT(JSRuntime *rt, JSValueConst v)\n{\n" +
      "    JS_RetainValue(v);\n    return v;\n",
  },
  {
    file: "quickjs.c",
    why: "see RELEASE_PREFIX",
    find: "JSAtom JS_DupAtom(JSContext *ctx, JSAtom v)\n{\n",
    replace:
      `${RELEASE}retain_atom"))) void JS_RetainAtom(JSContext *ctx, JSAtom v)\n{\n` +
      "    if (!__JS_AtomIsConst(v))\n        ctx->rt->atom_array[v]->header.ref_count++;\n}\n\n" +
      "JSAtom JS_DupAtom(JSContext *ctx, JSAtom v)\n{\n    JS_RetainAtom(ctx, v);\n    return v;\n",
  },
  {
    file: "quickjs.c",
    why: "shapes leave and enter the list of what the collector visits, see RELEASE_PREFIX",
    find: "static no_inline int resize_properties(",
    replace:
      `${RELEASE}unlink"))) void JS_UnlinkGC(struct list_head *link)\n{\n    list_del(link);\n}\n\n` +
      `${RELEASE}link"))) void JS_LinkGC(struct list_head *link, struct list_head *list)\n{\n` +
      "    list_add_tail(link, list);\n}\n\n" +
      "#define list_del JS_UnlinkGC\n#define list_add_tail JS_LinkGC\nstatic no_inline int resize_properties(",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int add_shape_property(JSContext *ctx, JSShape **psh,\n",
    replace:
      "#undef list_del\n#undef list_add_tail\nstatic int add_shape_property(JSContext *ctx, JSShape **psh,\n",
  },
  {
    file: "quickjs.c",
    why: "nothing counts who else holds the text",
    find: "    if (p1->header.ref_count == 1 && p1->is_wide_char == p2->is_wide_char\n",
    replace: "    if (0 && p1->is_wide_char == p2->is_wide_char\n",
  },
  ...FREED_ARGUMENTS.map(([before, first]) => ({
    file: "quickjs.c",
    why: "a loop would stay behind, see RELEASE_PREFIX",
    find: `${before}                for(i = -${first}; i < call_argc; i++)\n                    JS_FreeValue(ctx, call_argv[i]);\n`,
    replace: `${before}                JS_FreeValues(ctx, call_argv - ${first}, call_argv + call_argc);\n`,
  })),
  {
    file: "quickjs.c",
    why: "same",
    find: "        for(pval = local_buf; pval < sp; pval++) {\n            JS_FreeValue(ctx, *pval);\n        }\n    }\n    rt->current",
    replace: "        JS_FreeValues(ctx, local_buf, sp);\n    }\n    rt->current",
  },
];

function withoutLinkage(signature: string): string {
  return signature.replace(/^static (inline )?/, "");
}
