# Every command of the project. Needs make and Python 3.11, 3.12 or 3.13; sets up .venv by itself.
# Progress goes to stderr, so that the output of `make -s token` is the token alone.

VENV   := .venv
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/.ready
LOCKS  := requirements.txt requirements-dev.txt
PORT   ?= 8000

# ONCE=1 and ONCE=yes ask for it; ONCE=0, ONCE=no and ONCE= do not.
asked = $(filter-out 0 no false,$(1))

PIP_COMPILE := $(VENV)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1
unexport PYTHONPATH

# What Python compiles is kept, beside the tree: each process here would compile a thousand modules again.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.local/pycache
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help doctor run test test-fast coverage test-browser vendor check-console test-second-opinion test-clients audit token bench policy-check policy-diff policy-publish articles access glossary contents template openapi-diff lint format package deploy-local lock clean

##@ Start here / 从这里开始

help: ## Show this list ## 列出全部命令
	@awk -F ' ## ' -v chinese="$(findstring zh,$(or $(LC_ALL),$(LC_MESSAGES),$(LANG)))" ' \
		function wrap(text, first, words, count, at, line) { \
			count = split(text, words, " "); line = first; \
			for (at = 1; at <= count; at++) { \
				if (length(line) > 30 && length(line " " words[at]) > 79) { print line; line = sprintf("%30s", "") } \
				line = line (length(line) > 30 ? " " : "") words[at] } \
			print line } \
		/^##@ / { split(substr($$0, 5), said, " / "); print "\n" said[chinese ? 2 : 1] } \
		/^[a-z-]+:.* ## / { split($$1, name, ":"); options = $$(chinese ? 3 : 2); text = options; \
			at = index(options, ": "); if (at) { text = substr(options, 1, at - 1); options = substr(options, at + 2) } \
			wrap(text, sprintf("  make %-20s   ", name[1])); if (at) wrap(options, sprintf("%30s", "")) }' $(MAKEFILE_LIST)

doctor: ## What this machine lacks, and how to get it: PORT=8000 ## 检查本机缺少什么、如何补齐: PORT=8000
	@sh infra/local/doctor.sh $(PORT)

run: $(READY) ## The whole system on this machine: ONCE=1 (ends after the report) EMPTY=1 (without claims) EXPLAIN=YN-0001 PORT=8000 ## 在本机运行整个系统: ONCE=1（输出报告后结束） EMPTY=1（不含结算） EXPLAIN=YN-0001 PORT=8000
	@$(PYTHON) -m infra.local.run --port $(PORT) $(if $(call asked,$(ONCE)),--once) $(if $(call asked,$(EMPTY)),--empty) $(if $(EXPLAIN),--explain "$(EXPLAIN)")

##@ A running system / 运行中的系统

token: $(READY) ## A bearer token for the local stack: ROLE=hospital SUBJECT=H53010200001 [ACTOR=name] ## 取得本机系统的访问令牌: ROLE=hospital SUBJECT=H53010200001 [ACTOR=name]
	@$(PYTHON) -m infra.local.token --role "$(ROLE)" --subject "$(SUBJECT)" $(if $(ACTOR),--actor "$(ACTOR)")

audit: $(READY) ## Replay the journal of a running system and compare every counter: PORT=8000, or URL= and TOKEN= ## 重放全部记账凭证，逐项核对计数: PORT=8000，或 URL= TOKEN=
	@$(PYTHON) -m chalicelib.main.commands.audit --url "$(or $(URL),http://127.0.0.1:$(PORT))" \
		--token "$(or $(TOKEN),$(shell $(PYTHON) -m infra.local.token --role auditor --subject 000000 2>/dev/null))"

policy-publish: $(READY) ## Hand policies/ in as one officer and put them in force as another: URL= [TOKEN= APPROVER_TOKEN=] [PREVIOUS=] [KEEP=1] [APPROVE=bundle] ## 一人提交 policies/，另一人批准施行: URL= [TOKEN= APPROVER_TOKEN=] [PREVIOUS=] [KEEP=1] [APPROVE=bundle]
	@QUEBAO_TOKEN="$(or $(TOKEN),$$($(PYTHON) -m infra.local.token --role policy --subject 000000 --actor policy-drafter))" \
		QUEBAO_APPROVER_TOKEN="$(if $(TOKEN),$(APPROVER_TOKEN),$(or $(APPROVER_TOKEN),$$($(PYTHON) -m infra.local.token --role policy --subject 000000 --actor policy-approver)))" \
		$(PYTHON) -m chalicelib.main.commands.policy_publish --url "$(or $(URL),http://127.0.0.1:$(PORT))" \
		$(if $(PREVIOUS),--previous "$(PREVIOUS)") $(if $(call asked,$(KEEP)),--keep-only) $(if $(APPROVE),--approve "$(APPROVE)")

##@ Tests and checks / 测试与检查

test: $(READY) ## Every test ## 全部测试
	@$(PYTHON) -m pytest -q -n 2 --dist worksteal $(ARGS)

test-fast: $(READY) ## The tests that need nothing but memory ## 只需内存的测试
	@$(PYTHON) -m pytest -q -n 2 --dist worksteal -m "not stack" $(ARGS)

coverage: $(READY) ## Every test, and the lines and branches that none executes (more than twice the time) ## 全部测试及未执行的行和分支（耗时一倍以上）
	@$(PYTHON) -m pytest -q -n 2 --dist worksteal --cov --cov-report=term $(ARGS)

test-browser: $(READY) node_modules/.ready ## The console in Chromium, page by page, role by role; pictures stay in .local/screenshots ## 用浏览器逐页逐岗查验工作台: 截图存于 .local/screenshots
	@$(PYTHON) -m pytest -q -n 0 -m browser tests/console $(ARGS)

check-console: $(READY) node_modules/.ready ## The types of the console, against the API's description ## 按接口说明核对工作台的类型
	@mkdir -p build
	@$(PYTHON) -m tests.kit.openapi_file build/openapi.json
	@node_modules/.bin/openapi-typescript build/openapi.json --output build/openapi.d.ts >&2
	@npm run --silent check:console

test-second-opinion: $(READY) .venv-ministack/.ready ## The money under load and the stores, on another DynamoDB ## 在另一种 DynamoDB 上复验资金与存储
	@$(PYTHON) -m infra.ministack.second_opinion

test-clients: $(READY) .venv-clients/.ready node_modules/.ready ## Clients made from the API's description settle a claim: PORT=8000 or URL= ## 用接口说明生成的客户端办一笔结算: PORT=8000 或 URL=
	@$(PYTHON) -m tests.clients.try_clients --url "$(or $(URL),http://127.0.0.1:$(PORT))"

lint: $(READY) ## Style, types, layers, how complex a function may be, and the template ## 风格、类型、分层、复杂度和部署模板
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/xenon --max-absolute C app.py bench chalicelib infra tests
	@$(VENV)/bin/cfn-lint --regions cn-north-1 us-east-1 -- infra/template.yaml

format: $(READY) ## Lay the code out, and mend what can be mended mechanically ## 排版并作可自动完成的修正
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .

bench: $(READY) .venv-bench/.ready ## Benchmarks, as a table of ratios: QUICK=1 (asks only whether the work is right) RECORD=1 (writes docs/performance.md) ## 基准测试，以比值列表: QUICK=1（只查结果是否正确） RECORD=1（写入 docs/performance.md）
	@$(PYTHON) -m bench $(if $(call asked,$(QUICK)),--quick) $(if $(call asked,$(RECORD)),--record) $(ARGS)

openapi-diff: $(READY) ## What changed in the API since the last release: RELEASE=1 (keeps today's description as released) ## 接口自上次发布以来的变化: RELEASE=1（以当前说明为发布版）
	@$(PYTHON) -m tests.kit.openapi_diff $(if $(call asked,$(RELEASE)),--release)

##@ The law / 政策

policy-check: $(READY) ## Prove that the policy files decide every case once, and cover every article: MUTATE=1 (takes each provision away) ## 证明各情形恰由一条规定、条款无遗漏: MUTATE=1（逐条删去复验）
	@$(PYTHON) -m chalicelib.main.commands.policy_check
	$(if $(call asked,$(MUTATE)),@$(PYTHON) -m tests.kit.policy_mutation)

policy-diff: $(READY) ## Compare two policy sets, case by case: A=directory [B=policies] ## 两套政策文件逐情形比较: A=目录 [B=policies]
	@$(PYTHON) -m chalicelib.main.commands.policy_diff "$(A)" "$(or $(B),policies)"

##@ Written from the sources / 由源文件生成

articles: $(READY) ## Write docs/articles.md again from policies/ ## 由 policies/ 重写 docs/articles.md
	@$(PYTHON) -m chalicelib.main.commands.policy_check --articles docs/articles.md

access: $(READY) ## Write docs/access.md again from the table of roles ## 由权限表重写 docs/access.md
	@$(PYTHON) -m chalicelib.main.commands.access docs/access.md

glossary: $(READY) ## Write the words of policies/glossary.yaml into code and docs ## 将 policies/glossary.yaml 写入代码和文档
	@$(PYTHON) -m chalicelib.main.commands.glossary

contents: $(READY) ## Write the table of contents of docs/decisions.md again ## 重写 docs/decisions.md 的目录
	@$(PYTHON) -m tests.kit.decisions

template: $(READY) ## Write infra/template.yaml again from what infra/ declares, and the index of routes and tasks ## 重写部署模板 infra/template.yaml 及索引
	@$(PYTHON) -m chalicelib.main.commands.index
	@$(PYTHON) -m infra.generate

vendor: node_modules/.ready ## Build what the console takes from others again, pinned by package-lock.json ## 按 package-lock.json 重建工作台所用组件
	@npm run --silent vendor

##@ Deployment and requirements / 部署与依赖

package: $(READY) ## Build what is deployed into build/, and check it without a network account ## 生成部署包并检查，无需云账号
	@echo "Packaging the functions (about half a minute) ..." >&2
	@rm -rf build
	@AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-cn-north-1} PATH="$(CURDIR)/$(VENV)/bin:$$PATH" \
		$(VENV)/bin/chalice package --merge-template infra/template.yaml build/
	@$(PYTHON) -m infra.pack build/deployment.zip
	@$(PYTHON) -m infra.release build/sam.yaml
	@$(VENV)/bin/cfn-lint --regions cn-north-1 us-east-1 -- build/sam.yaml
	@echo "build/ holds the package and its template; cfn-lint has no objection." >&2

deploy-local: $(READY) .venv-ministack/.ready ## Deploy build/ to MiniStack, settle, clear and audit there: ONCE=1 (ends then) PORT=8000 ## 部署到 MiniStack，结算、清算并审计: ONCE=1（完成后结束） PORT=8000
	@[ -f build/sam.yaml ] || $(MAKE) --no-print-directory package
	@$(PYTHON) -m infra.ministack.run --port $(PORT) $(if $(call asked,$(ONCE)),--once) $(if $(THEN),--then "$(THEN)")

lock: $(READY) ## Pin the requirements again, with the hashes of every wheel ## 重新固定依赖及其校验值
	@echo "Resolving the requirements (about two minutes) ..." >&2
	@$(PIP_COMPILE) --output-file requirements.txt requirements.in
	@$(PIP_COMPILE) --output-file requirements-dev.txt requirements-dev.in
	@$(PIP_COMPILE) --output-file requirements-ministack.txt requirements-ministack.in
	@$(PIP_COMPILE) --output-file requirements-clients.txt requirements-clients.in
	@$(PIP_COMPILE) --output-file bench/requirements.txt bench/requirements.in

clean: ## Remove everything that was made here ## 删除在此生成的全部文件
	rm -rf $(VENV) .venv-ministack .venv-clients .venv-bench .local build node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A shim of a version manager answers for versions that are not installed, so each candidate is asked to run.
$(PYTHON):
	@for candidate in python3.13 python3.12 python3.11 python3; do \
		if "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			echo "Making $(VENV) with $$candidate ..." >&2; \
			exec "$$candidate" -m venv $(VENV); \
		fi; \
	done; \
	echo "Python 3.11 or later with its venv module is needed (on Debian: apt-get install python3-venv)." >&2; \
	exit 1

# MiniStack pins other versions of what we pin, so it lives in a virtual environment of its own.
.venv-ministack/.ready: requirements-ministack.txt | $(PYTHON)
	@echo "Installing MiniStack (about a minute the first time) ..." >&2
	@$(PYTHON) -m venv .venv-ministack
	@.venv-ministack/bin/python -m pip install -qq --require-hashes -r requirements-ministack.txt >&2
	@touch $@

.venv-clients/.ready: requirements-clients.txt | $(PYTHON)
	@echo "Installing the generator of Python clients (about a minute the first time) ..." >&2
	@$(PYTHON) -m venv .venv-clients
	@.venv-clients/bin/python -m pip install -qq --require-hashes -r requirements-clients.txt >&2
	@touch $@

.venv-bench/.ready: bench/requirements.txt | $(PYTHON)
	@echo "Installing what the benchmarks are measured against (about a minute the first time) ..." >&2
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install -qq --require-hashes -r bench/requirements.txt >&2
	@touch $@

node_modules/.ready: package.json package-lock.json
	@echo "Installing the pinned tools of the npm registry ..." >&2
	@npm ci --silent --no-audit --no-fund >&2
	@touch $@

# The stamp is written last: an interrupted installation is done again.
$(READY): $(LOCKS) | $(PYTHON)
	@echo "Installing the pinned requirements (about a minute the first time) ..." >&2
	@$(PYTHON) -m pip install -qq --require-hashes $(foreach lock,$(LOCKS),-r $(lock)) >&2
	@touch $@
