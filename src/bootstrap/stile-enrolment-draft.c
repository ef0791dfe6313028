/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-enrolment-draft.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-enrolment-request.h"
#include "codec/stile-certificate-bundle.h"

#define PENDING_SUFFIX ".pending"
#define DIRECTORY_MODE 0700
#define CHAIN_MODE 0644

/* What the draft is for, so that nothing else goes on with it. */
#define WISHES "wishes"

/* Files of one name that are tried: renewals leave the old ones, for programs that still use them. */
#define MAX_GENERATIONS 10000

/**
 * stile_enrolment_draft_free:
 * @self: (transfer full): what is on the disk stays
 */
void
stile_enrolment_draft_free (StileEnrolmentDraft *self)
{
  g_clear_object (&self->key);
  g_clear_object (&self->request);
  g_clear_object (&self->pending);
  g_free (self);
}

static StileEnrolmentKeyPlace
get_place (const StileEnrolmentSettings *settings, const char *place)
{
  return (StileEnrolmentKeyPlace){ .place = place, .pin = settings->pin };
}

static char *
describe (const StileEnrolmentSettings *settings, const char *where)
{
  g_autofree char *wishes = stile_enrolment_settings_describe (settings);

  return g_strdup_printf ("%s %s", where, wishes);
}

/* --- what is there --- */

static gboolean
open_draft (StileEnrolmentDraft *self, const StileEnrolmentSettings *settings)
{
  g_autofree char *place = stile_enrolment_note_get (self->pending, STILE_ENROLMENT_NOTE_KEY);
  g_autofree char *text = stile_enrolment_note_get (self->pending, STILE_ENROLMENT_NOTE_REQUEST);
  g_autofree char *certificate = stile_enrolment_note_get (self->pending, STILE_ENROLMENT_NOTE_CERTIFICATE);
  StileEnrolmentKeyPlace key_place = get_place (settings, place);
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  if (place == NULL || body == NULL || certificate == NULL)
    return FALSE;

  self->key = stile_enrolment_key_open (&key_place, NULL);
  self->request = self->key != NULL ? stile_certificate_request_parse_est (body, NULL) : NULL;
  return self->request != NULL;
}

/* The very same request goes out again, unless it is linked with a session that is gone: then one for the same key. */
static StileEnrolmentDraft *
resume (const StileEnrolmentSettings *settings, const char *path, const char *wishes, const char *password)
{
  g_autoptr (StileEnrolmentDraft) self = g_new0 (StileEnrolmentDraft, 1);
  g_autofree char *found = NULL;

  self->pending = stile_enrolment_note_load (path, NULL);
  if (self->pending == NULL)
    return NULL;
  found = stile_enrolment_note_get (self->pending, WISHES);
  if (g_strcmp0 (found, wishes) != 0 || !open_draft (self, settings))
    return NULL;

  if (g_strcmp0 (stile_certificate_request_get_challenge_password (self->request), password) != 0)
    g_clear_object (&self->request);
  return g_steal_pointer (&self);
}

/* --- what is new --- */

/* NAME, NAME-2, NAME-3: whatever is there stays. */
static gboolean
find_free (const StileEnrolmentSettings *settings, char **chain, char **key)
{
  for (guint i = 1; i < MAX_GENERATIONS; i++)
    {
      g_autofree char *chain_suffix = i > 1 ? g_strdup_printf ("-%u.pem", i) : g_strdup (".pem");
      g_autofree char *key_suffix = i > 1 ? g_strdup_printf ("-%u.key", i) : g_strdup (".key");
      g_autofree char *chain_path = stile_enrolment_settings_build_path (settings, chain_suffix);
      g_autofree char *key_path = stile_enrolment_settings_build_path (settings, key_suffix);

      if (!g_file_test (chain_path, G_FILE_TEST_EXISTS) && !g_file_test (key_path, G_FILE_TEST_EXISTS))
        {
          *chain = g_steal_pointer (&chain_path);
          *key = g_steal_pointer (&key_path);
          return TRUE;
        }
    }

  errno = EEXIST;
  return FALSE;
}

static StileEnrolmentDraft *
begin (const StileEnrolmentSettings *settings,
       StileCsrAttributes *attributes,
       const char *path,
       const char *wishes,
       GError **error)
{
  g_autoptr (StileEnrolmentDraft) self = g_new0 (StileEnrolmentDraft, 1);
  g_autofree char *chain = NULL;
  g_autofree char *key = NULL;
  StileEnrolmentKeyPlace place;
  StileEnrolmentKeyKind kind;
  gnutls_pk_algorithm_t algorithm;
  guint bits;

  stile_csr_attributes_get_key (attributes, &algorithm, &bits);
  if (!stile_enrolment_key_find_kind (algorithm, bits, settings->kind, &kind, error))
    return NULL;
  if (g_mkdir_with_parents (settings->directory, DIRECTORY_MODE) < 0 || !find_free (settings, &chain, &key))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Making files in “%s”: %s"),
                   settings->directory, g_strerror (errno));
      return NULL;
    }

  place = get_place (settings, settings->key != NULL ? settings->key : key);
  self->key = stile_enrolment_key_create (&place, kind, error);
  if (self->key == NULL)
    return NULL;
  self->pending = stile_enrolment_note_new (path);
  stile_enrolment_note_set (self->pending, WISHES, wishes);
  stile_enrolment_note_set (self->pending, STILE_ENROLMENT_NOTE_CERTIFICATE, chain);
  stile_enrolment_note_set (self->pending, STILE_ENROLMENT_NOTE_KEY,
                            stile_enrolment_key_get_place (self->key));
  return g_steal_pointer (&self);
}

/* The request is on the disk before it is on the wire. */
static gboolean
save (StileEnrolmentDraft *self, GError **error)
{
  GBytes *der = stile_certificate_request_get_der (self->request);
  g_autofree char *text = g_base64_encode (g_bytes_get_data (der, NULL), g_bytes_get_size (der));

  stile_enrolment_note_set (self->pending, STILE_ENROLMENT_NOTE_REQUEST, text);
  return stile_enrolment_note_save (self->pending, error);
}

/**
 * stile_enrolment_draft_prepare:
 * @settings: what is to be enrolled
 * @where: the request goes
 * @attributes: what it must say
 * @binding: (nullable): what to link it with, where the service wants that
 * @error: %STILE_ERROR_SETTINGS, or %STILE_ERROR_REFUSED
 *
 * Returns: (transfer full): a new key and a request for it, or those of an enrolment whose answer never came
 */
StileEnrolmentDraft *
stile_enrolment_draft_prepare (const StileEnrolmentSettings *settings,
                               const char *where,
                               StileCsrAttributes *attributes,
                               const char *binding,
                               GError **error)
{
  g_autofree char *path = stile_enrolment_settings_build_path (settings, PENDING_SUFFIX);
  g_autofree char *wishes = describe (settings, where);
  const char *password = stile_csr_attributes_wants_challenge_password (attributes) ? binding : NULL;
  g_autoptr (StileEnrolmentDraft) self = resume (settings, path, wishes, password);

  if (self == NULL)
    self = begin (settings, attributes, path, wishes, error);
  if (self == NULL)
    return NULL;

  if (self->request == NULL)
    self->request = stile_enrolment_request_make (settings, attributes, binding, self->key, error);
  if (self->request != NULL && save (self, error))
    return g_steal_pointer (&self);

  stile_enrolment_draft_remove (self);
  return NULL;
}

/* --- the end --- */

/**
 * stile_enrolment_draft_remove:
 *
 * Takes the key away again, and the request.
 */
void
stile_enrolment_draft_remove (StileEnrolmentDraft *self)
{
  stile_enrolment_key_remove (self->key);
  stile_enrolment_note_remove (self->pending);
}

/**
 * stile_enrolment_draft_store:
 * @chain: (element-type StileCertificate): for the key, leaf first
 * @note: gets where all is, and is written last: what it says is there
 * @error: %STILE_ERROR_SETTINGS; then the draft stays
 */
gboolean
stile_enrolment_draft_store (StileEnrolmentDraft *self,
                             GPtrArray *chain,
                             StileEnrolmentNote *note,
                             GError **error)
{
  StileCertificate *leaf = g_ptr_array_index (chain, 0);
  g_autofree char *path = stile_enrolment_note_get (self->pending, STILE_ENROLMENT_NOTE_CERTIFICATE);
  g_autofree char *pem = stile_certificate_bundle_to_pem (chain);

  if (!g_file_set_contents_full (path, pem, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 CHAIN_MODE, error))
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      return FALSE;
    }
  if (!stile_enrolment_key_store_certificate (self->key, leaf, error))
    return FALSE;

  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_KEY, stile_enrolment_key_get_place (self->key));
  stile_enrolment_note_set (note, STILE_ENROLMENT_NOTE_CERTIFICATE, path);
  stile_enrolment_note_set_certificate (note, leaf);
  if (!stile_enrolment_note_save (note, error))
    return FALSE;

  stile_enrolment_note_remove (self->pending);
  return TRUE;
}
