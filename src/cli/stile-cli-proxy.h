/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

int stile_cli_proxy_run (int argc, char *argv[]);
