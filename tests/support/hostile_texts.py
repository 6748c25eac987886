"""Texts that would run, load or break out of a page."""

HOSTILE = (
    "<script>window.carbonPwned=1</script>", "<img src=x onerror=window.carbonPwned=1>", "\"><svg onload=alert(1)>",
    "</td></table><script>1</script>", "javascript:alert(1)", "{{ 7*7 }}{% raw %}", "<!--", "]]><x/>",
    "&lt;script&gt;", "<style>@import url(//evil.example/x.css)</style>", "<a href=//evil.example>x</a>",
    "https://evil.example/", "\x1b[31mred\x1b[0m", "\u202etxt.exe", "=HYPERLINK(\"x\")", "<base href=//evil.example>",
    "</style><script>1</script>", "<iframe srcdoc='<script>1</script>'>", "data:text/html,<script>1</script>",
    "' onmouseover='alert(1)",
)
