#!/bin/sh
# `make doctor`: what this machine lacks, in plain words, and how to get it. Needs nothing but a shell, since what is
# missing may be Python itself. Exit status 0 when the system can run here; what is optional never changes it.
set -u

port=${1:-8000}
missing=0

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    zh*) language=zh ;;
    *) language=en ;;
esac

say() { # mark zh en
    if [ "$language" = zh ]; then text=$2; else text=$3; fi
    printf '  %s %s\n' "$1" "$text"
}

good() { say '✓' "$1" "$2"; }

lacks() {
    missing=$((missing + 1))
    say '✗' "$1" "$2"
}

optional() { say '–' "$1" "$2"; }

find_python() {
    for candidate in python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
            printf '%s' "$candidate"
            return 0
        fi
    done
    return 1
}

if python=$(find_python); then
    version=$("$python" -c 'import platform; print(platform.python_version())')
    if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        good "Python $version，含 venv。" "Python $version with its venv module."
    else
        lacks "Python $version 没有 venv 模块：在 Debian 上执行 apt-get install python3-venv。" \
            "Python $version lacks its venv module: on Debian, apt-get install python3-venv."
    fi
else
    python=
    lacks "没有 Python 3.11、3.12 或 3.13：从 python.org 或系统的软件源安装。" \
        "Python 3.11, 3.12 or 3.13 is missing: install it from python.org or your system's packages."
fi

case "$(make --version 2>/dev/null | head -n 1)" in
    "GNU Make "[4-9]*) good "GNU make。" "GNU make." ;;
    *)
        lacks "需要 GNU make 4 以上：在 Debian 上执行 apt-get install make；在 macOS 上安装后用 gmake。" \
            "GNU make 4 or later is needed: on Debian, apt-get install make; on macOS install it and call gmake."
        ;;
esac

if [ -n "$python" ]; then
    if "$python" - "$port" <<'PYTHON' 2>/dev/null
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", int(sys.argv[1])))
PYTHON
    then
        good "端口 $port 空闲。" "Port $port is free."
    else
        lacks "端口 $port 已被占用：停止占用它的程序，或用 make run PORT= 换一个。" \
            "Port $port is in use: stop what uses the port, or choose another with make run PORT=."
    fi
fi

free_mb=$(df -Pm . 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ "${free_mb:-0}" -ge 1500 ]; then
    good "磁盘空间足够。" "Disk space is enough."
else
    lacks "磁盘剩余 ${free_mb:-0} MB：虚拟环境和测试约需 1500 MB。" \
        "The disk has ${free_mb:-0} MB left: the virtual environment and the tests need about 1,500 MB."
fi

if [ -f .venv/.ready ]; then
    good "依赖已安装。" "The requirements are installed."
else
    optional "依赖尚未安装：make run 会自己安装，首次约一分钟，需要能访问 Python 软件包源。" \
        "The requirements are not installed yet: make run installs them in about a minute and needs a package index."
fi

if command -v git >/dev/null 2>&1; then
    good "git。" "git."
else
    optional "没有 git：只有 .ci/run 需要。" "git is missing: only .ci/run needs it."
fi

if command -v npm >/dev/null 2>&1; then
    good "Node.js 和 npm（检查状态机、生成 TypeScript 客户端）。" "Node.js and npm (state machines are checked, TypeScript clients made)."
else
    optional "没有 Node.js 和 npm：只有 .ci/run 和 make test-clients 需要；在 Debian 上执行 apt-get install nodejs npm。" \
        "Node.js and npm are missing: only .ci/run and make test-clients need them; on Debian, apt-get install nodejs npm."
fi

browser=
for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then
        browser=$candidate
        break
    fi
done
if [ -n "$browser" ]; then
    good "Chromium（make test-browser）。" "Chromium (make test-browser)."
else
    optional "没有 Chromium：只有 make test-browser 需要；在 Debian 上执行 apt-get install chromium，或用 CHROMIUM= 指明程序。" \
        "Chromium is missing: only make test-browser needs it; on Debian, apt-get install chromium, or name it in CHROMIUM=."
fi

if [ "$missing" -eq 0 ]; then
    say '→' "可以运行：make run" "All is there: make run"
    exit 0
fi
say '→' "缺少 $missing 项，见上面打叉的行。" "$missing missing: see the lines with a cross."
exit 1
