/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

int stile_cli_provision_run (int argc, char *argv[]);
