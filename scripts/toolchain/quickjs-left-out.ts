/** What the runtime engine leaves out of QuickJS: parts that no contract uses, or none without saying so in its code. */
import type { SourcePatch } from "./quickjs-patches.ts";

const TRANSCENDENTAL = [
  ...["acos", "asin", "atan", "atan2", "cos", "exp", "log", "sin", "tan", "cosh", "sinh", "tanh", "acosh"],
  ...["asinh", "atanh", "expm1", "log1p", "log2", "log10", "cbrt"],
];

const HTML_METHODS: readonly (readonly [name: string, length: number])[] = [
  ["anchor", 1],
  ["big", 0],
  ["blink", 0],
  ["bold", 0],
  ["fixed", 0],
  ["fontcolor", 1],
  ["fontsize", 1],
  ["italics", 0],
  ["link", 1],
  ["small", 0],
  ["strike", 0],
  ["sub", 0],
  ["sup", 0],
];

/** Methods of typed arrays that do the same as those of arrays, which work on whatever has a length. */
const SHARED_METHODS: readonly (readonly [entry: string, shared: string])[] = [
  ['("find", 1, js_typed_array_find, 0 )', '("find", 1, js_array_find, 0 )'],
  ['("findIndex", 1, js_typed_array_find, 1 )', '("findIndex", 1, js_array_find, 1 )'],
  ['("join", 1, js_typed_array_join, 0 )', '("join", 1, js_array_join, 0 )'],
];
const SHARED_SEARCHES = ["indexOf", "lastIndexOf", "includes"];

/** Functions whose beginning decides: the text up to its opening brace, and what stands there instead of the body. */
const BODIES: readonly (readonly [why: string, head: string, instead: string])[] = [
  [
    "operators are what the language says",
    "static __exception int js_call_binary_op_fallback(JSContext *ctx,\n                                                  JSValue *pret,\n                                                  JSValueConst op1,\n                                                  JSValueConst op2,\n                                                  OPCodeEnum op,\n                                                  BOOL is_numeric,\n                                                  int hint)\n{\n",
    "    *pret = JS_UNDEFINED;\n    return 0;\n",
  ],
  [
    "same",
    "static __exception int js_call_unary_op_fallback(JSContext *ctx,\n                                                 JSValue *pret,\n                                                 JSValueConst op1,\n                                                 OPCodeEnum op)\n{\n",
    "    *pret = JS_UNDEFINED;\n    return 0;\n",
  ],
  [
    "there is no parser",
    "static JSValue js_function_constructor(JSContext *ctx, JSValueConst new_target,\n                                       int argc, JSValueConst *argv, int magic)\n{\n",
    '    return JS_ThrowTypeError(ctx, "functions from text are not supported");\n',
  ],
  ["there is one realm", "static void js_autoinit_free(JSRuntime *rt, JSProperty *pr)\n{\n", "    return;\n"],
];

function mathArity(name: string): string {
  return name === "atan2" ? "2, f_f_f" : "1, f_f";
}

function withoutEntry(why: string, find: string): SourcePatch {
  return { file: "quickjs.c", why, find, replace: "" };
}

const SINGLE_REALM: readonly (readonly [find: string, replace: string])[] = [
  ["    ctx = b->realm; /* set the current realm */", "    ctx = caller_ctx;"],
  ["            ctx = b->realm;\n", "            ctx = caller_ctx;\n"],
  [
    "static JSContext *JS_GetFunctionRealm(JSContext *ctx, JSValueConst func_obj)\n{\n",
    "static JSContext *JS_GetFunctionRealm(JSContext *ctx, JSValueConst func_obj)\n{\n    return ctx;\n",
  ],
];

export const LEFT_OUT: readonly SourcePatch[] = [
  {
    file: "quickjs.c",
    why: "a contract is one module",
    find: "    JSAtom basename;\n    JSValue promise, resolving_funcs[2], basename_val;",
    replace:
      '    return JS_ThrowTypeError(ctx, "a contract imports nothing while it runs");\n' +
      "    JSAtom basename;\n    JSValue promise, resolving_funcs[2], basename_val;",
  },
  ...SINGLE_REALM.map(([find, replace]) => ({
    file: "quickjs.c",
    why: "a contract has one context",
    find,
    replace,
  })),
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
  withoutEntry(
    "a contract has no randomness of its own",
    '    JS_CFUNC_DEF("random", 0, js_math_random ),\n',
  ),
  withoutEntry("no trigonometry in contracts", '    JS_CFUNC_DEF("hypot", 2, js_math_hypot ),\n'),
  ...TRANSCENDENTAL.map((name) =>
    withoutEntry(
      "no trigonometry in contracts",
      `    JS_CFUNC_SPECIAL_DEF("${name}", ${mathArity(name)}, ${name} ),\n`,
    ),
  ),
  ...HTML_METHODS.map(([name, length]) =>
    withoutEntry(
      "nobody reads HTML on chain",
      `    JS_CFUNC_MAGIC_DEF("${name}", ${length}, js_string_CreateHTML, magic_string_${name} ),\n`,
    ),
  ),
  withoutEntry("not part of the language", '    JS_CFUNC_MAGIC_DEF("sqrt", 1, js_bigint_sqrt, 0 ),\n'),
  withoutEntry("not part of the language", '    JS_CFUNC_MAGIC_DEF("sqrtrem", 1, js_bigint_sqrt, 1 ),\n'),
  ...SHARED_METHODS.map(([find, replace]) => ({
    file: "quickjs.c",
    why: "see SHARED_METHODS",
    find,
    replace,
  })),
  ...SHARED_SEARCHES.map((name) => ({
    file: "quickjs.c",
    why: "see SHARED_METHODS",
    find: `JS_CFUNC_MAGIC_DEF("${name}", 1, js_typed_array_indexOf, special_${name} )`,
    replace: `JS_CFUNC_DEF("${name}", 1, js_array_${name} )`,
  })),
  ...BODIES.map(([why, head, instead]) => ({
    file: "quickjs.c",
    why,
    find: head,
    replace: `${head}${instead}`,
  })),
  {
    file: "quickjs.c",
    why: "the table of opcodes is dead once the bytecode is loaded: writable, so that the build can wipe it",
    find: "static const JSOpCode opcode_info[",
    replace: "static JSOpCode opcode_info[",
  },
  {
    file: "quickjs.c",
    why: "no object is a proxy: a number that none has",
    find: "    JS_CLASS_INIT_COUNT, /* last entry for predefined classes */\n};\n",
    replace:
      "    JS_CLASS_INIT_COUNT, /* last entry for predefined classes */\n};\n#define JS_CLASS_PROXY 0x10000\n",
  },
  {
    file: "quickjs.c",
    why: "taken out of contracts that raise nothing to a power",
    find: "static double js_pow(double a, double b)\n{\n",
    replace:
      "static double (*volatile engine_pow)(double, double) = pow;\n" +
      "static int (*volatile engine_bf_pow)(bf_t *, const bf_t *, const bf_t *, limb_t, bf_flags_t) = bf_pow;\n\n" +
      "static double js_pow(double a, double b)\n{\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "        return pow(a, b);\n",
    replace: "        return engine_pow(a, b);\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "            ret = bf_pow(r, a, b, BF_PREC_INF, BF_RNDZ | BF_POW_JS_QUIRKS);\n",
    replace: "            ret = engine_bf_pow(r, a, b, BF_PREC_INF, BF_RNDZ | BF_POW_JS_QUIRKS);\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                    ret = bf_pow(r, a, b, ctx->fp_env.prec,\n                                 ctx->fp_env.flags",
    replace:
      "                    ret = engine_bf_pow(r, a, b, ctx->fp_env.prec,\n                                 ctx->fp_env.flags",
  },
  {
    file: "quickjs.c",
    why: "same; exact where the radix is a power of two",
    find: "            d *= pow(radix, int_exp);\n",
    replace: "            for (; int_exp > 0; int_exp--)\n                d *= radix;\n",
  },
  {
    file: "quickjs.c",
    why: "there is one realm",
    find: "    realm = js_autoinit_get_realm(pr);\n",
    replace: "    realm = ctx;\n",
  },
];
