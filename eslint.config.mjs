// Odoo's browser code is made of modules; what Odoo's own checks ask for is asked for here too.
const BROWSER = ["window", "document", "console", "location", "navigator", "history", "fetch", "URL"];
const MORE = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "FormData", "File"];
const EVENTS = ["Event", "CustomEvent", "KeyboardEvent", "MutationObserver", "HTMLElement", "Blob"];
const REQUESTS = ["URLSearchParams", "AbortController", "Intl", "luxon", "odoo", "FileReader"];
const globals = Object.fromEntries(
    [...BROWSER, ...MORE, ...EVENTS, ...REQUESTS].map((name) => [name, "readonly"])
);

const forbiddenSyntax = [
    {
        selector:
            "ClassDeclaration[superClass.name='Component']:not(:has(ClassBody.body > PropertyDefinition[key.name='props'][static='true']))",
        message: "A component declares its props as a static.",
    },
    {
        selector: "CallExpression[callee.name='_t'] > TemplateLiteral:first-child",
        message: "A template literal cannot be translated: give _t a plain text and its values.",
    },
];

export default [
    {
        files: ["jobtrack_*/static/**/*.js"],
        languageOptions: {ecmaVersion: 2022, sourceType: "module", globals},
        rules: {
            "array-callback-return": "error",
            complexity: ["error", 10],
            curly: "error",
            eqeqeq: "error",
            "max-lines-per-function": ["error", {max: 60, skipComments: true}],
            "no-alert": "error",
            "no-console": "error",
            "no-debugger": "error",
            "no-dupe-args": "error",
            "no-dupe-class-members": "error",
            "no-dupe-keys": "error",
            "no-duplicate-imports": "error",
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-restricted-globals": ["error", "event", "self"],
            "no-restricted-syntax": ["error", ...forbiddenSyntax],
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": ["error", {args: "none"}],
            "no-var": "error",
            "prefer-const": "error",
            "valid-typeof": "error",
        },
    },
];
