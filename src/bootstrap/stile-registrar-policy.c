/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-registrar-policy.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"

#define MANUFACTURER_PREFIX "manufacturer "

/**
 * StileRegistrarPolicy:
 *
 * Which devices a registrar lets in, from a file of its operator: the manufacturers whose devices may come, and what
 * must not stand in their audit logs.  data/registrar-policy.conf explains each setting.  Does not change, and may be
 * shared by threads.
 */
struct _StileRegistrarPolicy
{
  GObject parent_instance;

  GPtrArray *manufacturers; /* of StileManufacturer */
  GPtrArray *anchors;       /* of StileCertificate: of all of them */
  guint unknown;            /* StileVerdict, as the ones below */
  guint unknown_domains;
  guint nonceless;
  guint truncated;
  char **known_domains;
};

G_DEFINE_FINAL_TYPE (StileRegistrarPolicy, stile_registrar_policy, G_TYPE_OBJECT)

static const char *const policy_keys[] = { "unknown", NULL };
static const char *const audit_keys[] = { "unknown-domains", "known-domains", "nonceless", "truncated",
                                          NULL };
static const char *const audit_verdicts[] = { "accept", "ask", "refuse", NULL };

static void
stile_registrar_policy_finalize (GObject *object)
{
  StileRegistrarPolicy *self = STILE_REGISTRAR_POLICY (object);

  g_ptr_array_unref (self->manufacturers);
  g_ptr_array_unref (self->anchors);
  g_strfreev (self->known_domains);

  G_OBJECT_CLASS (stile_registrar_policy_parent_class)->finalize (object);
}

static void
stile_registrar_policy_class_init (StileRegistrarPolicyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_registrar_policy_finalize;
}

/* Until somebody says otherwise: nobody whom no list has, and a person looks at what is odd. */
static void
stile_registrar_policy_init (StileRegistrarPolicy *self)
{
  self->manufacturers = g_ptr_array_new_with_free_func (g_object_unref);
  self->anchors = g_ptr_array_new_with_free_func (g_object_unref);
  self->unknown = STILE_VERDICT_REFUSE;
  self->unknown_domains = STILE_VERDICT_ASK;
  self->nonceless = STILE_VERDICT_ASK;
  self->truncated = STILE_VERDICT_ASK;
}

static gboolean
read_policy (StileRegistrarPolicy *self, StileKeyFile *file, const char *group, GError **error)
{
  static const char *const choices[] = { "ask", "refuse", NULL };
  guint choice = self->unknown - STILE_VERDICT_ASK;

  if (!stile_key_file_check_keys (file, group, policy_keys, error) ||
      !stile_key_file_read_choice (file, group, "unknown", choices, &choice, error))
    return FALSE;

  self->unknown = choice + STILE_VERDICT_ASK;
  return TRUE;
}

static gboolean
read_audit (StileRegistrarPolicy *self, StileKeyFile *file, const char *group, GError **error)
{
  if (!stile_key_file_check_keys (file, group, audit_keys, error))
    return FALSE;

  g_strfreev (self->known_domains);
  self->known_domains = stile_key_file_get_list (file, group, "known-domains");
  return stile_key_file_read_choice (file, group, "unknown-domains", audit_verdicts, &self->unknown_domains,
                                     error) &&
         stile_key_file_read_choice (file, group, "nonceless", audit_verdicts, &self->nonceless, error) &&
         stile_key_file_read_choice (file, group, "truncated", audit_verdicts, &self->truncated, error);
}

static gboolean
read_manufacturer (StileRegistrarPolicy *self, StileKeyFile *file, const char *group, GError **error)
{
  StileManufacturer *manufacturer = stile_manufacturer_read (file, group, error);
  GPtrArray *anchors;

  if (manufacturer == NULL)
    return FALSE;

  anchors = stile_manufacturer_get_anchors (manufacturer);
  g_ptr_array_add (self->manufacturers, manufacturer);
  for (guint i = 0; i < anchors->len; i++)
    g_ptr_array_add (self->anchors, g_object_ref (g_ptr_array_index (anchors, i)));
  return TRUE;
}

static gboolean
read_group (StileRegistrarPolicy *self, StileKeyFile *file, const char *group, GError **error)
{
  if (strcmp (group, "policy") == 0)
    return read_policy (self, file, group, error);
  if (strcmp (group, "audit") == 0)
    return read_audit (self, file, group, error);
  if (g_str_has_prefix (group, MANUFACTURER_PREFIX))
    return read_manufacturer (self, file, group, error);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("there is no group [%s]; there are [policy], [audit] and [manufacturer NAME]"), group);
  return FALSE;
}

static gboolean
read_groups (StileRegistrarPolicy *self, StileKeyFile *file, GError **error)
{
  const char *const *groups = stile_key_file_get_groups (file);

  for (gsize i = 0; groups[i] != NULL; i++)
    if (!read_group (self, file, groups[i], error))
      return FALSE;
  if (self->manufacturers->len > 0)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                       _ ("there is no [manufacturer NAME]: no device could ever come"));
  return FALSE;
}

/**
 * stile_registrar_policy_load:
 * @path: a key file
 *
 * Returns: (transfer full): the policy; %STILE_ERROR_SETTINGS with the file's name in it
 */
StileRegistrarPolicy *
stile_registrar_policy_load (const char *path, GError **error)
{
  g_autoptr (StileRegistrarPolicy) self = g_object_new (STILE_TYPE_REGISTRAR_POLICY, NULL);
  g_autoptr (StileKeyFile) file = stile_key_file_load (path, error);

  if (file != NULL && read_groups (self, file, error))
    return g_steal_pointer (&self);

  g_prefix_error (error, "%s: ", path);
  return NULL;
}

/**
 * stile_registrar_policy_find_manufacturer:
 * @chain: (element-type StileCertificate): what a TLS client showed, leaf first
 * @at: Unix seconds
 *
 * Returns: (transfer none) (nullable): who made that device
 */
StileManufacturer *
stile_registrar_policy_find_manufacturer (StileRegistrarPolicy *self, GPtrArray *chain, gint64 at)
{
  for (guint i = 0; i < self->manufacturers->len; i++)
    if (stile_manufacturer_issued (g_ptr_array_index (self->manufacturers, i), chain, at))
      return g_ptr_array_index (self->manufacturers, i);

  return NULL;
}

/**
 * stile_registrar_policy_get_anchors:
 *
 * Returns: (transfer none) (element-type StileCertificate): the anchors of all manufacturers
 */
GPtrArray *
stile_registrar_policy_get_anchors (StileRegistrarPolicy *self)
{
  return self->anchors;
}

StileVerdict
stile_registrar_policy_get_unknown (StileRegistrarPolicy *self)
{
  return (StileVerdict)self->unknown;
}

/* --- the audit log --- */

/* The strictest verdict so far, and why. */
typedef struct
{
  StileVerdict verdict;
  char *reason;
} Finding;

static void find_fault (Finding *finding, guint verdict, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
find_fault (Finding *finding, guint verdict, const char *format, ...)
{
  va_list arguments;

  if (verdict <= (guint)finding->verdict)
    return;

  g_free (finding->reason);
  finding->verdict = (StileVerdict)verdict;
  va_start (arguments, format);
  finding->reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

static gboolean
is_known (StileRegistrarPolicy *self, const char *domain_id, const char *own)
{
  return strcmp (domain_id, own) == 0 ||
         (self->known_domains != NULL &&
          g_strv_contains ((const char *const *)self->known_domains, domain_id));
}

static gboolean
judge_entries (StileRegistrarPolicy *self, StileAuditLog *log, const char *own, Finding *finding)
{
  gboolean seen = FALSE;

  for (guint i = 0; i < stile_audit_log_get_n_entries (log); i++)
    {
      const StileLedgerAuditEntry *entry = stile_audit_log_get_entry (log, i);
      g_autofree char *shown = g_strescape (entry->domain_id, NULL);

      seen = seen || strcmp (entry->domain_id, own) == 0;
      if (!is_known (self, entry->domain_id, own))
        find_fault (finding, self->unknown_domains, "R9: The device has belonged to another domain, %s",
                    shown);
      if (entry->nonce == NULL)
        find_fault (finding, self->nonceless,
                    "R9: Domain %s has a voucher without a nonce, and could take the device over with it",
                    shown);
    }

  return seen;
}

/**
 * stile_registrar_policy_judge_log:
 * @log: of a device that has a voucher
 * @domain_id: of our own domain
 * @reason: (out) (transfer full) (nullable): a sentence, why not
 *
 * R9 (RFC 8995 section 5.8.3).  A log in which our own voucher is missing is no log of this device, whatever the policy.
 */
StileVerdict
stile_registrar_policy_judge_log (StileRegistrarPolicy *self,
                                  StileAuditLog *log,
                                  const char *domain_id,
                                  char **reason)
{
  Finding finding = { .verdict = STILE_VERDICT_ALLOW };

  if (!judge_entries (self, log, domain_id, &finding))
    find_fault (&finding, MAX (STILE_VERDICT_ASK, finding.verdict),
                "R9: The audit log does not have the voucher that this domain, %s, got just now", domain_id);
  if (stile_audit_log_get_truncation (log)->arbitrary > 0)
    find_fault (&finding, self->truncated,
                "R9: Entries of the audit log were left out for no reason that is told");

  *reason = finding.reason;
  return finding.verdict;
}
