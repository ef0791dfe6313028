/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-profile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-certificate-bundle.h"

enum
{
  PROP_SERVICE = 1,
  PROP_ANCHORS,
  PROP_CERTIFICATE,
  PROP_KEY,
  PROP_PROXY,
  PROP_REGISTRARS,
  PROP_CLOUD_ANCHORS,
  PROP_NEW_KEY,
  PROP_NAME,
  PROP_ANCHORS_PEM,
  PROP_CLOUD_ANCHORS_PEM,
  PROP_POLICY,
  PROP_MODE,
  PROP_TLS_VERSION,
  PROP_TRUST,
  PROP_ENROL,
  PROP_COMPAT,
  PROP_NONCE_REQUIRED,
  PROP_NO_CLOCK,
  N_PROPS,
};

/**
 * StileProfile:
 *
 * What a walk needs to know of a service: where it is, whom to believe, who we are, how to get there.  A page or the
 * command line fills it, a file can hold it, the job reads it.
 */
struct _StileProfile
{
  GObject parent_instance;

  char *texts[PROP_POLICY]; /* by property; NULL when empty */
  int enums[PROP_ENROL - PROP_POLICY + 1];
  StileJudgePolicy judge;
};

G_DEFINE_FINAL_TYPE (StileProfile, stile_profile, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (StileProfilePolicy,
                    stile_profile_policy,
                    G_DEFINE_ENUM_VALUE (STILE_POLICY_ALWAYS, "always"),
                    G_DEFINE_ENUM_VALUE (STILE_POLICY_WHEN_INTERCEPTED, "when-intercepted"),
                    G_DEFINE_ENUM_VALUE (STILE_POLICY_NEVER, "never"))
G_DEFINE_ENUM_TYPE (StileProfileMode,
                    stile_profile_mode,
                    G_DEFINE_ENUM_VALUE (STILE_MODE_ANY, "any"),
                    G_DEFINE_ENUM_VALUE (STILE_MODE_RECORD, "record"),
                    G_DEFINE_ENUM_VALUE (STILE_MODE_EXPORT, "export"))
G_DEFINE_ENUM_TYPE (StileProfileTlsVersion,
                    stile_profile_tls_version,
                    G_DEFINE_ENUM_VALUE (STILE_TLS_ANY, "any"),
                    G_DEFINE_ENUM_VALUE (STILE_TLS_1_2, "1.2"),
                    G_DEFINE_ENUM_VALUE (STILE_TLS_1_3, "1.3"))
G_DEFINE_ENUM_TYPE (StileProfileTrust,
                    stile_profile_trust,
                    G_DEFINE_ENUM_VALUE (STILE_TRUST_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (STILE_TRUST_SERVICE, "service"),
                    G_DEFINE_ENUM_VALUE (STILE_TRUST_VOUCHER, "voucher"),
                    G_DEFINE_ENUM_VALUE (STILE_TRUST_CLOUD, "cloud"))
G_DEFINE_ENUM_TYPE (StileProfileEnrol,
                    stile_profile_enrol,
                    G_DEFINE_ENUM_VALUE (STILE_ENROL_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (STILE_ENROL_ALWAYS, "always"),
                    G_DEFINE_ENUM_VALUE (STILE_ENROL_NEVER, "never"))

static GParamSpec *props[N_PROPS];

static void
stile_profile_finalize (GObject *object)
{
  for (guint id = PROP_SERVICE; id < PROP_POLICY; id++)
    g_free (STILE_PROFILE (object)->texts[id]);

  G_OBJECT_CLASS (stile_profile_parent_class)->finalize (object);
}

/* Which of the judge's switches a property is, or none. */
static StileJudgePolicy
switch_of (guint id)
{
  switch (id)
    {
    case PROP_COMPAT:
      return STILE_JUDGE_COMPAT;
    case PROP_NONCE_REQUIRED:
      return STILE_JUDGE_NONCE_REQUIRED;
    case PROP_NO_CLOCK:
      return STILE_JUDGE_NO_CLOCK;
    default:
      return STILE_JUDGE_DEFAULT;
    }
}

static void
stile_profile_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  StileProfile *self = STILE_PROFILE (object);

  if (G_IS_PARAM_SPEC_ENUM (spec))
    g_value_set_enum (value, self->enums[id - PROP_POLICY]);
  else if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    g_value_set_boolean (value, (self->judge & switch_of (id)) != 0);
  else
    g_value_set_string (value, self->texts[id]);
}

static void
set_text (char **field, const char *text)
{
  g_autofree char *stripped = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  g_free (*field);
  *field = stripped != NULL && *stripped != '\0' ? g_steal_pointer (&stripped) : NULL;
}

/* What says the same in another way, or 0. */
static guint
counterpart_of (guint id)
{
  switch (id)
    {
    case PROP_ANCHORS:
      return PROP_ANCHORS_PEM;
    case PROP_ANCHORS_PEM:
      return PROP_ANCHORS;
    case PROP_CLOUD_ANCHORS:
      return PROP_CLOUD_ANCHORS_PEM;
    case PROP_CLOUD_ANCHORS_PEM:
      return PROP_CLOUD_ANCHORS;
    default:
      return 0;
    }
}

/* Certificates are in a file or in the profile itself: what was said last counts. */
static void
forget_other_certificates (StileProfile *self, guint id)
{
  guint other = counterpart_of (id);

  if (other == 0 || self->texts[id] == NULL || self->texts[other] == NULL)
    return;

  g_clear_pointer (&self->texts[other], g_free);
  g_object_notify_by_pspec (G_OBJECT (self), props[other]);
}

static void
stile_profile_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  StileProfile *self = STILE_PROFILE (object);

  if (G_IS_PARAM_SPEC_ENUM (spec))
    self->enums[id - PROP_POLICY] = g_value_get_enum (value);
  else if (!G_IS_PARAM_SPEC_BOOLEAN (spec))
    {
      set_text (&self->texts[id], g_value_get_string (value));
      forget_other_certificates (self, id);
    }
  else if (g_value_get_boolean (value))
    self->judge |= switch_of (id);
  else
    self->judge &= ~switch_of (id);
}

static void
install_choices (GParamFlags flags)
{
  props[PROP_POLICY] =
      g_param_spec_enum ("policy", NULL, NULL, STILE_TYPE_PROFILE_POLICY, STILE_POLICY_ALWAYS, flags);
  props[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, STILE_TYPE_PROFILE_MODE, STILE_MODE_ANY, flags);
  props[PROP_TLS_VERSION] =
      g_param_spec_enum ("tls-version", NULL, NULL, STILE_TYPE_PROFILE_TLS_VERSION, STILE_TLS_ANY, flags);
  props[PROP_TRUST] =
      g_param_spec_enum ("trust", NULL, NULL, STILE_TYPE_PROFILE_TRUST, STILE_TRUST_AUTO, flags);
  props[PROP_ENROL] =
      g_param_spec_enum ("enrol", NULL, NULL, STILE_TYPE_PROFILE_ENROL, STILE_ENROL_AUTO, flags);
  props[PROP_COMPAT] = g_param_spec_boolean ("compat", NULL, NULL, FALSE, flags);
  props[PROP_NONCE_REQUIRED] = g_param_spec_boolean ("nonce-required", NULL, NULL, FALSE, flags);
  props[PROP_NO_CLOCK] = g_param_spec_boolean ("no-clock", NULL, NULL, FALSE, flags);
}

static void
stile_profile_class_init (StileProfileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = stile_profile_finalize;
  object_class->get_property = stile_profile_get_property;
  object_class->set_property = stile_profile_set_property;

  props[PROP_SERVICE] = g_param_spec_string ("service", NULL, NULL, NULL, flags);
  props[PROP_ANCHORS] = g_param_spec_string ("anchors", NULL, NULL, NULL, flags);
  props[PROP_CERTIFICATE] = g_param_spec_string ("certificate", NULL, NULL, NULL, flags);
  props[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, flags);
  props[PROP_PROXY] = g_param_spec_string ("proxy", NULL, NULL, NULL, flags);
  props[PROP_REGISTRARS] = g_param_spec_string ("registrars", NULL, NULL, NULL, flags);
  props[PROP_CLOUD_ANCHORS] = g_param_spec_string ("cloud-anchors", NULL, NULL, NULL, flags);
  props[PROP_NEW_KEY] = g_param_spec_string ("new-key", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_ANCHORS_PEM] = g_param_spec_string ("anchors-pem", NULL, NULL, NULL, flags);
  props[PROP_CLOUD_ANCHORS_PEM] = g_param_spec_string ("cloud-anchors-pem", NULL, NULL, NULL, flags);
  install_choices (flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
stile_profile_init (StileProfile *self)
{
}

StileProfile *
stile_profile_new (void)
{
  return g_object_new (STILE_TYPE_PROFILE, NULL);
}

/* --- as text --- */

/* Of this computer alone: they stay when another's profile is taken over. */
static const char *const own[] = { "certificate", "key", "new-key", NULL };

static GParamSpec *
find_spec (StileProfile *self, const char *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (self), name);
}

static gboolean
set_enum (StileProfile *self, GParamSpec *spec, const char *text, GError **error)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (spec->value_type);
  GEnumValue *value = g_enum_get_value_by_nick (klass, text);

  if (value == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no value for “%s”"), text,
                   spec->name);
      return FALSE;
    }

  g_object_set (self, spec->name, value->value, NULL);
  return TRUE;
}

static gboolean
set_boolean (StileProfile *self, const char *name, const char *text, GError **error)
{
  gboolean on = strcmp (text, "true") == 0;

  if (!on && strcmp (text, "false") != 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is true or false, not “%s”"), name,
                   text);
      return FALSE;
    }

  g_object_set (self, name, on, NULL);
  return TRUE;
}

/**
 * stile_profile_set_text:
 * @name: a property's
 * @text: its value as it stands in files: the nick of a choice, "true" or "false", else the text itself
 * @error: %STILE_ERROR_SETTINGS when there is no such setting, or it cannot have that value
 */
gboolean
stile_profile_set_text (StileProfile *self, const char *name, const char *text, GError **error)
{
  GParamSpec *spec = find_spec (self, name);

  if (spec == NULL)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no setting of a profile"), name);
      return FALSE;
    }
  if (G_IS_PARAM_SPEC_ENUM (spec))
    return set_enum (self, spec, text, error);
  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    return set_boolean (self, name, text, error);

  g_object_set (self, name, text, NULL);
  return TRUE;
}

/**
 * stile_profile_dup_text:
 * @name: a property's
 *
 * Returns: (transfer full) (nullable): what stile_profile_set_text() takes; %NULL for an empty text
 */
char *
stile_profile_dup_text (StileProfile *self, const char *name)
{
  GParamSpec *spec = find_spec (self, name);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GEnumClass) klass = NULL;

  g_return_val_if_fail (spec != NULL, NULL);

  g_object_get_property (G_OBJECT (self), name, &value);
  if (G_IS_PARAM_SPEC_BOOLEAN (spec))
    return g_strdup (g_value_get_boolean (&value) ? "true" : "false");
  if (!G_IS_PARAM_SPEC_ENUM (spec))
    return g_value_dup_string (&value);

  klass = g_type_class_ref (spec->value_type);
  return g_strdup (g_enum_get_value (klass, g_value_get_enum (&value))->value_nick);
}

/**
 * stile_profile_get_counterpart:
 * @name: a property's
 *
 * Returns: (nullable): the property that says the same in another way, the certificates themselves or the file that has
 *   them: one of the two is empty
 */
const char *
stile_profile_get_counterpart (const char *name)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (STILE_TYPE_PROFILE);
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_CLASS (klass), name);

  for (guint id = PROP_SERVICE; spec != NULL && id < N_PROPS; id++)
    if (props[id] == spec && counterpart_of (id) != 0)
      return props[counterpart_of (id)]->name;

  return NULL;
}

/**
 * stile_profile_take_over:
 *
 * Sets @self to what @other says.  Where @other does not say who this computer is, that stays as it was.
 */
void
stile_profile_take_over (StileProfile *self, StileProfile *other)
{
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (other), &count);

  for (guint i = 0; i < count; i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_object_get_property (G_OBJECT (other), specs[i]->name, &value);
      if (!g_strv_contains (own, specs[i]->name) || g_value_get_string (&value) != NULL)
        g_object_set_property (G_OBJECT (self), specs[i]->name, &value);
    }
}

/* --- what it says --- */

/**
 * stile_profile_get_name:
 *
 * Returns: (transfer none): what people call it; where nobody has named it, the address; "" for an empty one
 */
const char *
stile_profile_get_name (StileProfile *self)
{
  const char *service = self->texts[PROP_SERVICE] != NULL ? self->texts[PROP_SERVICE] : "";

  return self->texts[PROP_NAME] != NULL ? self->texts[PROP_NAME] : service;
}

const char *
stile_profile_get_service (StileProfile *self)
{
  return self->texts[PROP_SERVICE];
}

const char *
stile_profile_get_anchors (StileProfile *self)
{
  return self->texts[PROP_ANCHORS];
}

const char *
stile_profile_get_certificate (StileProfile *self)
{
  return self->texts[PROP_CERTIFICATE];
}

const char *
stile_profile_get_key (StileProfile *self)
{
  return self->texts[PROP_KEY];
}

const char *
stile_profile_get_proxy (StileProfile *self)
{
  return self->texts[PROP_PROXY];
}

StilePolicy
stile_profile_get_policy (StileProfile *self)
{
  return (StilePolicy)self->enums[PROP_POLICY - PROP_POLICY];
}

StileMode
stile_profile_get_mode (StileProfile *self)
{
  return (StileMode)self->enums[PROP_MODE - PROP_POLICY];
}

StileTlsVersion
stile_profile_get_tls_version (StileProfile *self)
{
  return (StileTlsVersion)self->enums[PROP_TLS_VERSION - PROP_POLICY];
}

/**
 * stile_profile_get_trust:
 *
 * Returns: what the roots rest on, as the profile says: it may leave that open
 */
StileTrustSource
stile_profile_get_trust (StileProfile *self)
{
  return (StileTrustSource)self->enums[PROP_TRUST - PROP_POLICY];
}

StileEnrolChoice
stile_profile_get_enrol (StileProfile *self)
{
  return (StileEnrolChoice)self->enums[PROP_ENROL - PROP_POLICY];
}

/**
 * stile_profile_get_judge_policy:
 *
 * Returns: the switches of whoever judges a voucher
 */
StileJudgePolicy
stile_profile_get_judge_policy (StileProfile *self)
{
  return self->judge;
}

/**
 * stile_profile_get_new_key:
 *
 * Returns: (transfer none) (nullable): where the key of an enrolment shall live, a file or a pkcs11: URL; %NULL: in the
 *   user's data
 */
const char *
stile_profile_get_new_key (StileProfile *self)
{
  return self->texts[PROP_NEW_KEY];
}

/**
 * stile_profile_list_registrars:
 *
 * Returns: (transfer full) (array zero-terminated=1): the service, and the other registrars that may be asked, in order
 */
char **
stile_profile_list_registrars (StileProfile *self)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_auto (GStrv) more = g_strsplit_set (
      self->texts[PROP_REGISTRARS] != NULL ? self->texts[PROP_REGISTRARS] : "", " ,;\t\n", -1);

  if (self->texts[PROP_SERVICE] != NULL)
    g_strv_builder_add (list, self->texts[PROP_SERVICE]);
  for (gsize i = 0; more[i] != NULL; i++)
    if (*more[i] != '\0')
      g_strv_builder_add (list, more[i]);

  return g_strv_builder_end (list);
}

/**
 * stile_profile_load_identity:
 *
 * Returns: (transfer full) (nullable): who this computer is; %NULL with no error when the profile names nobody
 */
StileIdentity *
stile_profile_load_identity (StileProfile *self, GError **error)
{
  if (self->texts[PROP_CERTIFICATE] == NULL && self->texts[PROP_KEY] == NULL)
    return NULL;
  if (self->texts[PROP_CERTIFICATE] != NULL && self->texts[PROP_KEY] != NULL)
    return stile_identity_load (self->texts[PROP_CERTIFICATE], self->texts[PROP_KEY], error);

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       self->texts[PROP_KEY] == NULL ? _ ("A certificate was given without its private key")
                                                     : _ ("A private key was given without its certificate"));
  return NULL;
}

/**
 * stile_profile_check_certificates:
 * @error: %STILE_ERROR_SETTINGS
 *
 * Returns: whether the certificates that stand in the profile itself can be used; those in files are looked at when they
 *   are needed
 */
gboolean
stile_profile_check_certificates (StileProfile *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) anchors =
      self->texts[PROP_ANCHORS_PEM] != NULL ? stile_profile_load_anchors (self, &local) : NULL;
  g_autoptr (GPtrArray) cloud = local == NULL && self->texts[PROP_CLOUD_ANCHORS_PEM] != NULL
                                    ? stile_profile_load_cloud_anchors (self, &local)
                                    : NULL;

  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* In the profile itself, or in a file. */
static GPtrArray *
load_certificates (const char *pem, const char *path, const char *doing, GError **error)
{
  g_autoptr (GBytes) bytes = pem != NULL ? g_bytes_new (pem, strlen (pem)) : NULL;
  GPtrArray *certificates;

  if (bytes == NULL && path == NULL)
    return NULL;

  certificates = bytes != NULL ? stile_certificate_bundle_parse_pem (bytes, error)
                               : stile_certificate_bundle_load_pem (path, error);
  if (certificates == NULL)
    {
      stile_error_convert (error, STILE_ERROR_SETTINGS);
      g_prefix_error (error, "%s: ", doing);
    }
  return certificates;
}

/**
 * stile_profile_load_anchors:
 *
 * Returns: (transfer full) (nullable) (element-type StileCertificate): whom to believe: who signs vouchers, or who vouches
 *   for the service; %NULL with no error when the profile leaves that to the system's store
 */
GPtrArray *
stile_profile_load_anchors (StileProfile *self, GError **error)
{
  return load_certificates (self->texts[PROP_ANCHORS_PEM], self->texts[PROP_ANCHORS],
                            _ ("Loading the anchors"), error);
}

/**
 * stile_profile_load_cloud_anchors:
 *
 * Returns: (transfer full) (nullable) (element-type StileCertificate): who vouches for cloud registrars; %NULL with no
 *   error for the system's store
 */
GPtrArray *
stile_profile_load_cloud_anchors (StileProfile *self, GError **error)
{
  return load_certificates (self->texts[PROP_CLOUD_ANCHORS_PEM], self->texts[PROP_CLOUD_ANCHORS],
                            _ ("Loading the anchors of cloud registrars"), error);
}
