/** A text replacement in QuickJS's source: `find` must occur exactly once. */
export interface SourcePatch {
  readonly file: string;
  readonly why: string;
  readonly find: string;
  readonly replace: string;
}

/** Patches for both engines; they must agree on atoms, opcodes and bytecode. */
export const COMMON_PATCHES: readonly SourcePatch[] = [
  {
    file: "libbf.c",
    why: "shifting a 32-bit limb by 32 is undefined: wrong BigInts from 2^63 on",
    find: "r->tab[1] = (a1 << shift) | (a0 >> (LIMB_BITS - shift));\n        r->expn = 2 * LIMB_BITS - shift;",
    replace:
      "r->tab[1] = shift ? (a1 << shift) | (a0 >> (LIMB_BITS - shift)) : a1;\n        r->expn = 2 * LIMB_BITS - shift;",
  },
  {
    file: "libbf.c",
    why: "FFT multiplication is for numbers of thousands of digits",
    find: "#define USE_FFT_MUL",
    replace: "",
  },
  {
    file: "quickjs.c",
    why: "our formatting rounds ties as JavaScript asks",
    find: "#if !defined(_WIN32)\n/* define it if printf",
    replace: "#if 0\n/* define it if printf",
  },
  {
    file: "quickjs.c",
    why: "digits come from libbf (numbers.c)",
    find: "static void js_ecvt1(double d,",
    replace:
      "void engine_digits(double d, int count, int rounding, int *point, int *negative, char *out);\n" +
      "int engine_fixed(double d, int count, char *out);\n" +
      "#define js_ecvt1(d, n, point, sign, buf, mode, tmp, tmp_size) \\\n" +
      "    engine_digits(d, n, is_fixed ? BF_RNDNA : BF_RNDN, point, sign, buf)\n" +
      "static void js_ecvt1_unused(double d,",
  },
  {
    file: "quickjs.c",
    why: "the check of a candidate's digits must parse them, not printf's buffer",
    find: "if (strtod(buf_tmp, NULL) == d) {",
    replace: "if (engine_reads_as(buf, n_digits, *decpt, *sign, d)) {",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int js_ecvt(double d,",
    replace:
      "static int engine_reads_as(const char *digits, int n, int point, int negative, double d)\n{\n" +
      "    char text[64];\n" +
      '    snprintf(text, sizeof text, "%s%se%d", negative ? "-" : "", digits, point - n);\n' +
      "    return strtod(text, NULL) == d;\n}\n\n" +
      "static int js_ecvt(double d,",
  },
  {
    file: "quickjs.c",
    why: "digits come from libbf (numbers.c)",
    find: 'n = snprintf(buf, buf_size, "%.*f", n_digits, d);',
    replace: "n = engine_fixed(d, n_digits, buf);",
  },
  {
    file: "quickjs.c",
    why: "same as the next",
    find: "        is_neg = 0;\n        if (*p == '-') {\n            is_neg = 1;\n            p++;\n        }\n",
    replace:
      "        const char *digits;\n        is_neg = 0;\n        if (*p == '-') {\n" +
      "            is_neg = 1;\n            p++;\n        }\n        digits = p;\n",
  },
  {
    file: "quickjs.c",
    why: "integers above 1.8e19 are read digit by digit and rounded twice",
    find: "        d = n;\n        if (int_exp != 0) {\n            d *= pow(radix, int_exp);",
    replace:
      "        d = n;\n        if (int_exp != 0 && radix == 10) {\n" +
      "            d = strtod(digits, NULL);\n" +
      "        } else if (int_exp != 0) {\n            d *= pow(radix, int_exp);",
  },
  {
    file: "quickjs.c",
    why: "the table of names is dead after start-up: writable, so that the build can wipe it",
    find: "static const char js_atom_init[] =",
    replace: "static char js_atom_init[] =",
  },
  {
    file: "quickjs.c",
    why: "one allocator without counters and indirect calls",
    find: "return rt->mf.js_malloc(&rt->malloc_state, size);",
    replace: "return malloc(size);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "rt->mf.js_free(&rt->malloc_state, ptr);",
    replace: "free(ptr);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "return rt->mf.js_realloc(&rt->malloc_state, ptr, size);",
    replace: "return realloc(ptr, size);",
  },
];

const TRANSCENDENTAL = [
  ...["acos", "asin", "atan", "atan2", "cos", "exp", "log", "sin", "tan", "cosh", "sinh", "tanh", "acosh"],
  ...["asinh", "atanh", "expm1", "log1p", "log2", "log10", "cbrt"],
];

/**
 * Functions that only give memory back. A call's memory ends with the call, so the snapshot empties those that are
 * exported under this prefix, and wasm-opt removes the calls.
 */
export const RELEASE_PREFIX = "release_";

const RELEASES: readonly (readonly [file: string, name: string, signature: string])[] = [
  ["quickjs.h", "value", "static inline void JS_FreeValue(JSContext *ctx, JSValue v)\n{"],
  ["quickjs.h", "value_rt", "static inline void JS_FreeValueRT(JSRuntime *rt, JSValue v)\n{"],
  ["quickjs.c", "memory", "void js_free(JSContext *ctx, void *ptr)\n{"],
  ["quickjs.c", "memory_rt", "void js_free_rt(JSRuntime *rt, void *ptr)\n{"],
  ["quickjs.c", "atom", "void JS_FreeAtom(JSContext *ctx, JSAtom v)\n{"],
  ["quickjs.c", "atom_rt", "void JS_FreeAtomRT(JSRuntime *rt, JSAtom v)\n{"],
  ["quickjs.c", "shape", "static void js_free_shape(JSRuntime *rt, JSShape *sh)\n{"],
  ["quickjs.c", "shape_null", "static void js_free_shape_null(JSRuntime *rt, JSShape *sh)\n{"],
  ["quickjs.c", "variable", "static void free_var_ref(JSRuntime *rt, JSVarRef *var_ref)\n{"],
  ["quickjs.c", "garbage", "static void js_trigger_gc(JSRuntime *rt, size_t size)\n{"],
];

const RELEASE_PROTOTYPES = [
  "static void free_var_ref(JSRuntime *rt, JSVarRef *var_ref);",
  "static void js_free_shape(JSRuntime *rt, JSShape *sh);",
  "static void js_free_shape_null(JSRuntime *rt, JSShape *sh);",
];

function withoutLinkage(signature: string): string {
  return signature.replace(/^static (inline )?/, "");
}

/** Parts of the runtime engine that a contract has no use for, or must not use, and what is too slow in it. */
export const RUNTIME_PATCHES: readonly SourcePatch[] = [
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
    file: "quickjs.c",
    why: "same",
    find: "    if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {",
    replace:
      "    if (magic == 0 && pos <= len && !p->is_wide_char && !p1->is_wide_char) {\n" +
      "        ret = engine_indexof(p, p1, pos) >= 0;\n" +
      "    } else if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {",
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
  {
    file: "quickjs.c",
    why: "the table of classes is dead after start-up: writable, so that the build can wipe it",
    find: "static JSClassShortDef const js_std_class_def[] = {",
    replace: "static JSClassShortDef js_std_class_def[] = {",
  },
  {
    file: "quickjs.c",
    why: "nothing interrupts a contract",
    find: "static inline __exception int js_poll_interrupts(JSContext *ctx)\n{",
    replace: "static inline __exception int js_poll_interrupts(JSContext *ctx)\n{ return 0;",
  },
  {
    file: "quickjs.c",
    why: "json.c parses in one pass",
    find:
      "    str = JS_ToCStringLen(ctx, &len, argv[0]);\n    if (!str)\n        return JS_EXCEPTION;\n" +
      '    obj = JS_ParseJSON(ctx, str, len, "<input>");\n    JS_FreeCString(ctx, str);\n',
    replace: "    obj = engine_json_parse(ctx, argv[0]);\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static JSValue js_json_parse(JSContext *ctx, JSValueConst this_val,",
    replace:
      "static JSValue engine_json_parse(JSContext *ctx, JSValueConst input);\n" +
      "static JSValue engine_json_stringify(JSContext *ctx, JSValueConst value);\n" +
      "static JSValue js_json_parse(JSContext *ctx, JSValueConst this_val,",
  },
  {
    file: "quickjs.c",
    why: "json.c writes plain data in one pass",
    find: "    return JS_JSONStringify(ctx, argv[0], argv[1], argv[2]);",
    replace:
      "    if (JS_IsUndefined(argv[1]) && JS_IsUndefined(argv[2])) {\n" +
      "        JSValue text = engine_json_stringify(ctx, argv[0]);\n" +
      "        if (!JS_IsUndefined(text)) return text;\n    }\n" +
      "    return JS_JSONStringify(ctx, argv[0], argv[1], argv[2]);",
  },
  {
    file: "quickjs.c",
    why: "searching character by character through function calls",
    find: "static int string_cmp(JSString *p1, JSString *p2, int x1, int x2, int len)\n{",
    replace:
      "static int engine_indexof(const JSString *text, const JSString *part, int from)\n{\n" +
      "    const uint8_t *start = text->u.str8, *p = start + from, *found;\n" +
      "    int left = text->len - part->len - from;\n" +
      "    if (part->len == 0) return from;\n" +
      "    for (; left >= 0; left -= found - p + 1, p = found + 1) {\n" +
      "        found = memchr(p, part->u.str8[0], left + 1);\n" +
      "        if (!found) break;\n" +
      "        if (!memcmp(found, part->u.str8, part->len)) return found - start;\n" +
      "    }\n    return -1;\n}\n\n" +
      "static int string_cmp(JSString *p1, JSString *p2, int x1, int x2, int len)\n{",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    if (len2 == 0)\n        return from;\n    for (i = from, c = string_get(p2, 0);",
    replace:
      "    if (!p1->is_wide_char && !p2->is_wide_char) return engine_indexof(p1, p2, from);\n" +
      "    if (len2 == 0)\n        return from;\n    for (i = from, c = string_get(p2, 0);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    ret = -1;\n    if (len >= v_len && inc * (stop - start) >= 0) {",
    replace:
      "    ret = -1;\n    if (inc == 1 && !p->is_wide_char && !p1->is_wide_char) {\n" +
      "        ret = engine_indexof(p, p1, start);\n" +
      "    } else if (len >= v_len && inc * (stop - start) >= 0) {",
  },
  {
    file: "libunicode.h",
    why: "\\p{…} in regular expressions needs 30 KB of tables",
    find: "#define CONFIG_ALL_UNICODE",
    replace: "",
  },
  {
    file: "quickjs.c",
    why: "regular expressions are compiled at build time; patterns from text are refused",
    find: "    str = JS_ToCStringLen2(ctx, &len, pattern, !(re_flags & LRE_FLAG_UTF16));\n",
    replace:
      '    return JS_ThrowTypeError(ctx, "a regular expression must be a literal");\n' +
      "    str = JS_ToCStringLen2(ctx, &len, pattern, !(re_flags & LRE_FLAG_UTF16));\n",
  },
  {
    file: "quickjs.c",
    why: "nobody sees a stack trace on chain, and every thrown error would pay for one",
    find:
      "static void build_backtrace(JSContext *ctx, JSValueConst error_obj,\n" +
      "                            const char *filename, int line_num,\n" +
      "                            int backtrace_flags)\n{",
    replace:
      "static void build_backtrace(JSContext *ctx, JSValueConst error_obj,\n" +
      "                            const char *filename, int line_num,\n" +
      "                            int backtrace_flags)\n{ return;",
  },
  {
    file: "quickjs.c",
    why: "a contract has no randomness of its own",
    find: '    JS_CFUNC_DEF("random", 0, js_math_random ),\n',
    replace: "",
  },
  {
    file: "quickjs.c",
    why: "no trigonometry in contracts",
    find: '    JS_CFUNC_DEF("hypot", 2, js_math_hypot ),\n',
    replace: "",
  },
  ...TRANSCENDENTAL.map((name) => ({
    file: "quickjs.c",
    why: "no trigonometry in contracts",
    find: `    JS_CFUNC_SPECIAL_DEF("${name}", ${mathArity(name)}, ${name} ),\n`,
    replace: "",
  })),
];

/** Applies the patches of one file; throws when the source is not the one the patches were made for. */
export function patchSource(file: string, source: string, patches: readonly SourcePatch[]): string {
  let text = source;
  for (const patch of patches.filter((p) => p.file === file)) {
    const parts = text.split(patch.find);
    if (parts.length !== 2) {
      const found = parts.length - 1;
      throw new Error(
        `QuickJS patch for ${file} (${patch.why}) expects its text once, found ${found} times; is qjsc still 0.3.0?`,
      );
    }
    text = parts.join(patch.replace);
  }
  return text;
}

function mathArity(name: string): string {
  return name === "atan2" ? "2, f_f_f" : "1, f_f";
}
