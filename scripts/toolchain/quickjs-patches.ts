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
    why: "JSON.parse recurses; without a bound deep input overflows the stack, which is a trap",
    find: "static JSValue json_parse_value(JSParseState *s)\n{",
    replace:
      "#define JSON_MAX_DEPTH 64\n" +
      "static JSValue json_parse_nested(JSParseState *s);\n" +
      "static int json_depth;\n" +
      "static JSValue json_parse_value(JSParseState *s)\n{\n" +
      "    JSValue v;\n" +
      "    if (json_depth == JSON_MAX_DEPTH) {\n" +
      '        js_parse_error(s, "nested deeper than %d levels", JSON_MAX_DEPTH);\n' +
      "        return JS_EXCEPTION;\n    }\n" +
      "    json_depth++;\n    v = json_parse_nested(s);\n    json_depth--;\n    return v;\n}\n\n" +
      "static JSValue json_parse_nested(JSParseState *s)\n{",
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

/** Parts of the runtime engine that a contract has no use for, or must not use. */
export const RUNTIME_PATCHES: readonly SourcePatch[] = [
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
