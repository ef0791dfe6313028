/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "diagnosis/stile-verdict-path.h"

G_BEGIN_DECLS

/* Of a name that somebody else chose, in a sentence. */
#define STILE_VERDICT_WORDS_MAX_NAME 80

char *stile_verdict_words_shorten (const char *text);
char *stile_verdict_words_make_sentence (StileSignals *signals,
                                         const StileVerdictPath *path,
                                         const char *authority,
                                         StileStanding standing,
                                         const StileVendorGuess *vendor);
char *stile_verdict_words_explain_confidence (StileSignals *signals, const StileVerdictPath *path);

G_END_DECLS
