/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-system-readers.h"

#include <glib/gi18n-lib.h>

#include "bootstrap/stile-trust-check.h"

/* Which programs read the system's store, and which people think do. */

static void
add_result (GPtrArray *results, const char *program, char *why)
{
  g_ptr_array_add (results,
                   stile_trust_result_new (program, why == NULL ? STILE_TRUST_HOLDS : STILE_TRUST_FAILS, "%s",
                                           why != NULL ? why : _ ("They trust them.")));
  g_free (why);
}

static void
add_elsewhere (const StileSystemReaders *self, GPtrArray *results)
{
  if (self->nss)
    g_ptr_array_add (
        results, stile_trust_result_new (_ ("Firefox, Chromium"), STILE_TRUST_ELSEWHERE, "%s",
                                         _ ("Those of the distribution read the system’s store; those from "
                                            "Flatpak, Snap or their makers may not.")));
  else
    g_ptr_array_add (results, stile_trust_result_new (
                                  _ ("Firefox, Thunderbird, Chromium, Chrome"), STILE_TRUST_ELSEWHERE, "%s",
                                  _ ("They do not read the system’s store; they have databases of "
                                     "their own, where the roots can be installed too.")));
  g_ptr_array_add (results,
                   stile_trust_result_new (_ ("Java, Node.js"), STILE_TRUST_ELSEWHERE, "%s",
                                           _ ("They bring roots of their own, unless the distribution "
                                              "or their settings say otherwise.")));
}

/**
 * stile_system_readers_verify:
 * @roots: (element-type StileCertificate): what should be trusted
 *
 * Returns: (transfer full) (element-type StileTrustResult): who trusts them
 */
GPtrArray *
stile_system_readers_verify (const StileSystemReaders *self, GPtrArray *roots)
{
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->bundle != NULL)
    add_result (results, _ ("curl, Wget, Git, programs with GnuTLS"),
                stile_trust_check_bundle (self->bundle, roots));
  if (self->hashes != NULL)
    add_result (results, _ ("Python, programs with OpenSSL"),
                stile_trust_check_openssl (self->hashes, roots));
  if (self->tokens)
    add_result (results, _ ("Programs that use p11-kit"),
                stile_trust_check_bundle (STILE_TRUST_CHECK_TOKENS, roots));
  if (results->len == 0)
    add_result (results, _ ("All programs"), g_strdup (_ ("This computer has no store that is known.")));
  add_elsewhere (self, results);

  return results;
}
