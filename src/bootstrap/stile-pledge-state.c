/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-pledge-state.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-pem-file.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-json.h"

/* In the device's folder.  What belongs together is written before the state that says that it is there. */
#define STATE_FILE "state.json"
#define VOUCHER_FILE "voucher.json"
#define PIN_FILE "pin.pem"
#define ROOTS_FILE "roots.pem"
#define CERTIFICATE_FILE "certificate.pem"
#define KEY_FILE "key.pem"

/**
 * StilePledgeState:
 *
 * What a device in responder mode must not forget when it is switched off (BOOTSTRAP P22): how far it is, whom it asked for,
 * and what it was given.  A folder with a file for each.
 */
struct _StilePledgeState
{
  GObject parent_instance;

  char *folder;
  StilePledgeStage stage;
  StilePrmPending *pending;
  gint64 asked_on; /* by an agent, in its time: Unix seconds */
  GBytes *voucher;
  StileCertificate *pin;
  GPtrArray *roots; /* of StileCertificate */
  StileCertificate *certificate;
};

G_DEFINE_FINAL_TYPE (StilePledgeState, stile_pledge_state, G_TYPE_OBJECT)

static const char *const names[] = {
  [STILE_PLEDGE_FACTORY_DEFAULT] = "factory-default", [STILE_PLEDGE_VOUCHER_ERROR] = "voucher-error",
  [STILE_PLEDGE_VOUCHER_SUCCESS] = "voucher-success", [STILE_PLEDGE_ENROL_ERROR] = "enroll-error",
  [STILE_PLEDGE_ENROL_SUCCESS] = "enroll-success",
};

static void
stile_pledge_state_finalize (GObject *object)
{
  StilePledgeState *self = STILE_PLEDGE_STATE (object);

  g_free (self->folder);
  g_clear_pointer (&self->pending, stile_prm_pending_free);
  g_clear_pointer (&self->voucher, g_bytes_unref);
  g_clear_object (&self->pin);
  g_clear_pointer (&self->roots, g_ptr_array_unref);
  g_clear_object (&self->certificate);

  G_OBJECT_CLASS (stile_pledge_state_parent_class)->finalize (object);
}

static void
stile_pledge_state_class_init (StilePledgeStateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_pledge_state_finalize;
}

static void
stile_pledge_state_init (StilePledgeState *self)
{
}

/**
 * stile_pledge_state_name_stage:
 *
 * Returns: (transfer none): as in "pbs-details"
 */
const char *
stile_pledge_state_name_stage (StilePledgeStage stage)
{
  return names[stage];
}

static char *
get_path (StilePledgeState *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static gboolean
exists (StilePledgeState *self, const char *name)
{
  g_autofree char *path = get_path (self, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* --- reading --- */

static GBytes *
read_file (StilePledgeState *self, const char *name, GError **error)
{
  g_autofree char *path = get_path (self, name);
  char *text;
  gsize length;

  return g_file_get_contents (path, &text, &length, error) ? g_bytes_new_take (text, length) : NULL;
}

static gboolean
read_stage (StilePledgeState *self, const char *name)
{
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        self->stage = (StilePledgeStage)i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_state (StilePledgeState *self, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (self, STATE_FILE, error);
  g_autoptr (GVariant) document =
      bytes != NULL ? stile_json_parse (bytes, STILE_PLEDGE_STATE_MAX_SIZE, error) : NULL;
  g_autoptr (GVariant) pending = document != NULL ? stile_json_get_member (document, "pending") : NULL;

  if (document == NULL)
    {
      if (bytes != NULL)
        g_prefix_error (error, "%s: ", STATE_FILE);
      return FALSE;
    }
  if (!read_stage (self, stile_json_get_string (document, "stage")))
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” does not say how far the device is"),
                   STATE_FILE);
      return FALSE;
    }

  self->asked_on = stile_json_get_integer (document, "asked-on", 0);
  self->pending = stile_prm_pending_new_from_variant (
      pending != NULL && g_variant_is_of_type (pending, G_VARIANT_TYPE ("av")) ? pending : NULL);
  return TRUE;
}

static gboolean
read_certificates (StilePledgeState *self, const char *name, GPtrArray **certificates, GError **error)
{
  g_autofree char *path = get_path (self, name);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  *certificates = stile_certificate_bundle_load_pem (path, error);
  return *certificates != NULL;
}

static gboolean
read_certificate (StilePledgeState *self, const char *name, StileCertificate **certificate, GError **error)
{
  g_autoptr (GPtrArray) all = NULL;

  if (!read_certificates (self, name, &all, error))
    return FALSE;
  if (all != NULL && all->len > 0)
    *certificate = g_object_ref (g_ptr_array_index (all, 0));

  return TRUE;
}

/* A certificate without its key is of no use: the device could say nothing of itself. */
static gboolean
can_speak (StilePledgeState *self, GError **error)
{
  g_autoptr (StileIdentity) member = stile_pledge_state_open_identity (self, error);

  return member != NULL;
}

static gboolean
read_membership (StilePledgeState *self, GError **error)
{
  return read_certificate (self, CERTIFICATE_FILE, &self->certificate, error) &&
         (self->certificate == NULL || can_speak (self, error));
}

/* A file that a state which was never written would have named is left alone: it is written over. */
static gboolean
read_possessions (StilePledgeState *self, GError **error)
{
  if (self->stage < STILE_PLEDGE_VOUCHER_SUCCESS)
    return TRUE;

  self->voucher = read_file (self, VOUCHER_FILE, error);
  return self->voucher != NULL && read_certificate (self, PIN_FILE, &self->pin, error) &&
         read_certificates (self, ROOTS_FILE, &self->roots, error) &&
         (self->stage < STILE_PLEDGE_ENROL_SUCCESS || read_membership (self, error));
}

static gboolean
is_whole (StilePledgeState *self)
{
  if (self->stage >= STILE_PLEDGE_VOUCHER_SUCCESS && self->pin == NULL)
    return FALSE;

  return self->stage < STILE_PLEDGE_ENROL_SUCCESS || (self->certificate != NULL && self->roots != NULL);
}

/**
 * stile_pledge_state_open:
 * @folder: the device's own; is made when it is not there, which is a device as it left the factory
 * @error: %STILE_ERROR_SETTINGS for a folder that cannot be used, or that is damaged
 */
StilePledgeState *
stile_pledge_state_open (const char *folder, GError **error)
{
  g_autoptr (StilePledgeState) self = g_object_new (STILE_TYPE_PLEDGE_STATE, NULL);
  g_autoptr (GError) reason = NULL;
  gboolean good = TRUE;

  self->folder = g_strdup (folder);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The folder “%s” cannot be made: %s"), folder,
                   g_strerror (errno));
      return NULL;
    }
  if (exists (self, STATE_FILE))
    good = read_state (self, &reason) && read_possessions (self, &reason);
  else
    self->pending = stile_prm_pending_new ();
  if (good && is_whole (self))
    return g_steal_pointer (&self);

  /* Whatever is wrong with it, somebody must choose or mend the folder. */
  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("The device’s folder “%s” is damaged: %s"),
               folder, good ? _ ("something is missing of what the device was given") : reason->message);
  return NULL;
}

/* --- what it knows --- */

StilePledgeStage
stile_pledge_state_get_stage (StilePledgeState *self)
{
  return self->stage;
}

/**
 * stile_pledge_state_get_pending:
 *
 * Returns: (transfer none): the requests that are out; whoever changes them saves the state
 */
StilePrmPending *
stile_pledge_state_get_pending (StilePledgeState *self)
{
  return self->pending;
}

/**
 * stile_pledge_state_get_asked_on:
 *
 * Returns: when an agent asked it last, in that agent's time: Unix seconds, or 0
 */
gint64
stile_pledge_state_get_asked_on (StilePledgeState *self)
{
  return self->asked_on;
}

/**
 * stile_pledge_state_set_asked_on:
 *
 * Is kept by the next stile_pledge_state_save().
 */
void
stile_pledge_state_set_asked_on (StilePledgeState *self, gint64 asked_on)
{
  self->asked_on = asked_on;
}

/**
 * stile_pledge_state_get_voucher:
 *
 * Returns: (transfer none) (nullable): the voucher that was believed, the very bytes
 */
GBytes *
stile_pledge_state_get_voucher (StilePledgeState *self)
{
  return self->voucher;
}

/**
 * stile_pledge_state_get_pin:
 *
 * Returns: (transfer none) (nullable): what it pinned
 */
StileCertificate *
stile_pledge_state_get_pin (StilePledgeState *self)
{
  return self->pin;
}

/**
 * stile_pledge_state_get_roots:
 *
 * Returns: (transfer none) (nullable) (element-type StileCertificate): the domain's CA certificates
 */
GPtrArray *
stile_pledge_state_get_roots (StilePledgeState *self)
{
  return self->roots;
}

/**
 * stile_pledge_state_get_certificate:
 *
 * Returns: (transfer none) (nullable): what the domain gave it
 */
StileCertificate *
stile_pledge_state_get_certificate (StilePledgeState *self)
{
  return self->certificate;
}

/**
 * stile_pledge_state_open_key:
 *
 * The key of the certificate that it asks for, made when there is none: one for as long as the device has no certificate,
 * so that whichever agent comes back first brings one that fits.
 *
 * Returns: (transfer full): the key; takes time
 */
StileEnrolmentKey *
stile_pledge_state_open_key (StilePledgeState *self, GError **error)
{
  g_autofree char *path = get_path (self, KEY_FILE);
  const StileEnrolmentKeyPlace place = { .place = path };

  return g_file_test (path, G_FILE_TEST_EXISTS)
             ? stile_enrolment_key_open (&place, error)
             : stile_enrolment_key_create (&place, STILE_ENROLMENT_KEY_P256, error);
}

/**
 * stile_pledge_state_open_identity:
 *
 * Returns: (transfer full): the device with its certificate of the domain
 */
StileIdentity *
stile_pledge_state_open_identity (StilePledgeState *self, GError **error)
{
  g_autofree char *certificate = get_path (self, CERTIFICATE_FILE);
  g_autofree char *key = get_path (self, KEY_FILE);

  return stile_identity_load (certificate, key, error);
}

/* --- writing --- */

static gboolean
write_file (StilePledgeState *self, const char *name, const char *text, gssize length, GError **error)
{
  g_autofree char *path = get_path (self, name);

  if (g_file_set_contents_full (path, text, length,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
    return TRUE;

  stile_error_convert (error, STILE_ERROR_SETTINGS);
  g_prefix_error (error, "%s: ", _ ("Remembering what the device was given"));
  return FALSE;
}

static gboolean
write_certificates (StilePledgeState *self, const char *name, GPtrArray *certificates, GError **error)
{
  g_autofree char *text = stile_certificate_bundle_to_pem (certificates);

  return write_file (self, name, text, -1, error);
}

static gboolean
write_certificate (StilePledgeState *self, const char *name, StileCertificate *certificate, GError **error)
{
  g_autofree char *text = stile_certificate_to_pem (certificate);

  return write_file (self, name, text, -1, error);
}

/**
 * stile_pledge_state_save:
 *
 * Writes how far it is, and which requests are out.
 */
gboolean
stile_pledge_state_save (StilePledgeState *self, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) document = NULL;
  g_autofree char *text = NULL;

  g_variant_dict_insert (&dict, "stage", "s", names[self->stage]);
  g_variant_dict_insert (&dict, "asked-on", "x", self->asked_on);
  g_variant_dict_insert_value (&dict, "pending", stile_prm_pending_to_variant (self->pending));
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  text = stile_json_print (document, TRUE);
  return write_file (self, STATE_FILE, text, -1, error);
}

static gboolean
enter (StilePledgeState *self, StilePledgeStage stage, GError **error)
{
  StilePledgeStage before = self->stage;

  self->stage = stage;
  if (stile_pledge_state_save (self, error))
    return TRUE;

  self->stage = before;
  return FALSE;
}

/**
 * stile_pledge_state_fail:
 * @stage: an error; what the device has already it keeps
 *
 * "enroll-error" says besides that there is a voucher (BRSKI-PRM section 7.11.2): without one nothing is noted.
 */
gboolean
stile_pledge_state_fail (StilePledgeState *self, StilePledgeStage stage, GError **error)
{
  if (self->stage >= stage || (stage == STILE_PLEDGE_ENROL_ERROR && self->pin == NULL))
    return TRUE;

  return enter (self, stage, error);
}

/* Whoever made the device anew by taking its state away may have left what another domain gave it. */
static void
forget_roots (StilePledgeState *self)
{
  g_autofree char *path = get_path (self, ROOTS_FILE);

  g_unlink (path);
}

/**
 * stile_pledge_state_take_voucher:
 * @voucher: was found good
 * @pin: what it pins
 */
gboolean
stile_pledge_state_take_voucher (StilePledgeState *self,
                                 GBytes *voucher,
                                 StileCertificate *pin,
                                 GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (voucher, &length);

  if (self->pin == NULL)
    forget_roots (self);
  if (!write_file (self, VOUCHER_FILE, text, (gssize)length, error) ||
      !write_certificate (self, PIN_FILE, pin, error) || !enter (self, STILE_PLEDGE_VOUCHER_SUCCESS, error))
    return FALSE;

  g_clear_pointer (&self->voucher, g_bytes_unref);
  self->voucher = g_bytes_ref (voucher);
  g_set_object (&self->pin, pin);
  return TRUE;
}

/**
 * stile_pledge_state_take_roots:
 * @roots: (element-type StileCertificate): were found good
 */
gboolean
stile_pledge_state_take_roots (StilePledgeState *self, GPtrArray *roots, GError **error)
{
  if (!write_certificates (self, ROOTS_FILE, roots, error))
    return FALSE;

  g_clear_pointer (&self->roots, g_ptr_array_unref);
  self->roots = g_ptr_array_ref (roots);
  return TRUE;
}

/**
 * stile_pledge_state_take_certificate:
 * @certificate: was found good; the requests that are out count no more
 */
gboolean
stile_pledge_state_take_certificate (StilePledgeState *self, StileCertificate *certificate, GError **error)
{
  StilePrmPending *before = self->pending;

  if (!write_certificate (self, CERTIFICATE_FILE, certificate, error))
    return FALSE;

  self->pending = stile_prm_pending_new ();
  if (!enter (self, STILE_PLEDGE_ENROL_SUCCESS, error))
    {
      stile_prm_pending_free (self->pending);
      self->pending = before;
      return FALSE;
    }

  stile_prm_pending_free (before);
  g_set_object (&self->certificate, certificate);
  return TRUE;
}
