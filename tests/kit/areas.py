"""Areas of the shipped registry by name, so that a test says whose area it means."""

from __future__ import annotations

from chalicelib.kernel.words.ids import AreaCode

SHANXI = AreaCode("140000")
TAIYUAN = AreaCode("140100")
LIAONING = AreaCode("210000")
DALIAN = AreaCode("210200")
SHANDONG = AreaCode("370000")
WEIHAI = AreaCode("371000")
HUANCUI = AreaCode("371002")
RONGCHENG = AreaCode("371082")
HUBEI = AreaCode("420000")
WUHAN = AreaCode("420100")
CHONGQING = AreaCode("500000")
FULING = AreaCode("500102")
YUZHONG = AreaCode("500103")
YUNNAN = AreaCode("530000")
KUNMING = AreaCode("530100")
WUHUA = AreaCode("530102")
DALI = AreaCode("532900")
