/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-remedy-case.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-certificate-path.h"
#include "codec/stile-hex.h"
#include "diagnosis/stile-verdict-words.h"

/* Of a file's name. */
#define MAX_FILE_NAME 48

/**
 * stile_remedy_case_add:
 * @text: (transfer full): what to do and why
 * @copy: (transfer full) (nullable): what there is to copy
 */
void
stile_remedy_case_add (
    StileRemedyCase *self, const char *id, const char *audience, const char *title, char *text, char *copy)
{
  g_ptr_array_add (self->remedies, stile_remedy_new (id, audience, title, text, copy));
  g_free (text);
  g_free (copy);
}

/**
 * stile_remedy_case_is_up:
 *
 * Returns: whether a session goes from end to end
 */
gboolean
stile_remedy_case_is_up (StileRemedyCase *self)
{
  return self->signals->atls == STILE_ATLS_ESTABLISHED;
}

/**
 * stile_remedy_case_is_denied:
 *
 * Returns: whether nobody vouches for the authority although the service was asked about it: then nobody should install it
 */
gboolean
stile_remedy_case_is_denied (StileRemedyCase *self)
{
  return stile_verdict_get_standing (self->verdict) == STILE_STANDING_NOBODY &&
         stile_remedy_case_is_up (self);
}

/**
 * stile_remedy_case_find:
 *
 * Returns: (transfer none) (nullable): the first finding of that name
 */
StileFinding *
stile_remedy_case_find (StileRemedyCase *self, const char *id)
{
  GPtrArray *findings = stile_verdict_get_findings (self->verdict);

  for (guint i = 0; i < findings->len; i++)
    if (strcmp (stile_finding_get_id (g_ptr_array_index (findings, i)), id) == 0)
      return g_ptr_array_index (findings, i);

  return NULL;
}

/**
 * stile_remedy_case_name_authority:
 *
 * Returns: (transfer full): what people call it
 */
char *
stile_remedy_case_name_authority (StileRemedyCase *self)
{
  const char *name = stile_verdict_get_authority_name (self->verdict);

  return stile_verdict_words_shorten (name != NULL ? name : _ ("an unknown authority"));
}

/**
 * stile_remedy_case_make_safe:
 * @name: chosen by somebody else
 *
 * Returns: (transfer full): of it what may be part of a file's name: letters, digits and single hyphens; "authority" when
 *   nothing is left
 */
char *
stile_remedy_case_make_safe (const char *name)
{
  g_autoptr (GString) safe = g_string_new (NULL);

  for (const char *p = name; *p != '\0' && safe->len < MAX_FILE_NAME; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (safe, g_ascii_tolower (*p));
    else if (safe->len > 0 && safe->str[safe->len - 1] != '-')
      g_string_append_c (safe, '-');
  if (safe->len > 0 && safe->str[safe->len - 1] == '-')
    g_string_truncate (safe, safe->len - 1);

  return g_strdup (safe->len > 0 ? safe->str : "authority");
}

/**
 * stile_remedy_case_name_file:
 *
 * Returns: (transfer full): the file that the authority is in, once somebody has it: the bootstrap walk's, or one of its own
 */
char *
stile_remedy_case_name_file (StileRemedyCase *self)
{
  g_autofree char *name = stile_remedy_case_name_authority (self);
  g_autofree char *safe = stile_remedy_case_make_safe (name);

  if (stile_remedy_case_is_up (self) && stile_verdict_get_standing (self->verdict) == STILE_STANDING_DOMAIN)
    return g_strdup ("domain-roots.pem");

  return g_strconcat (safe, ".pem", NULL);
}

/**
 * stile_remedy_case_group:
 * @digest: in hexadecimal
 *
 * Returns: (transfer full): "A1B2 C3D4 …": as people compare it over the phone
 */
char *
stile_remedy_case_group (const char *digest)
{
  GString *grouped = g_string_new (NULL);

  for (gsize i = 0; digest[i] != '\0'; i++)
    {
      if (i > 0 && i % 4 == 0)
        g_string_append_c (grouped, ' ');
      g_string_append_c (grouped, g_ascii_toupper (digest[i]));
    }

  return g_string_free (grouped, FALSE);
}

/* Who signs leaves with their own key has shown the authority's. */
static char *
show_key (StileCertificate *leaf)
{
  g_autofree char *digest = stile_front_digest_key (leaf);
  g_autofree char *grouped = stile_remedy_case_group (digest);

  return g_strdup_printf (_ ("Its own certificate did not come, but its key did: the SHA-256 of that is %s."),
                          grouped);
}

/* Where only a leaf came: what it says of whoever has signed it. */
static char *
show_key_id (StileCertificate *leaf)
{
  g_autoptr (GBytes) key_id = stile_certificate_path_get_authority_key_id (leaf);
  g_autofree char *hex = NULL;
  g_autofree char *grouped = NULL;

  if (key_id == NULL)
    return g_strdup (_ ("Its own certificate did not come, so there is no fingerprint of it."));

  hex = stile_hex_encode (g_bytes_get_data (key_id, NULL), g_bytes_get_size (key_id));
  grouped = stile_remedy_case_group (hex);
  return g_strdup_printf (_ ("Its own certificate did not come, so there is no fingerprint of it; its key "
                             "identifier is said to be %s."),
                          grouped);
}

/**
 * stile_remedy_case_show_fingerprint:
 *
 * Returns: (transfer full): a sentence with the authority's fingerprint, or that there is none
 */
char *
stile_remedy_case_show_fingerprint (StileRemedyCase *self)
{
  StileCertificate *authority = stile_verdict_get_authority (self->verdict);
  StileSighting *sighting = stile_verdict_get_sighting (self->verdict);
  StileCertificate *leaf = sighting != NULL ? stile_sighting_get_leaf (sighting) : NULL;
  g_autofree char *grouped = NULL;

  if (leaf == NULL)
    return g_strdup (_ ("No certificate of it came."));
  if (authority == NULL)
    return stile_sighting_get_own_key (sighting) == STILE_YES ? show_key (leaf) : show_key_id (leaf);

  grouped = stile_remedy_case_group (stile_certificate_get_fingerprint (authority));
  return g_strdup_printf (_ ("The SHA-256 fingerprint of its certificate is %s."), grouped);
}
