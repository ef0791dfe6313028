/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-trust-list.h"

#include <glib/gi18n.h>

#include "bootstrap/stile-trust-record.h"
#include "bootstrap/stile-trust-stores.h"
#include "cli/stile-cli.h"
#include "codec/stile-hex.h"

/* "trust list": the stores of this computer, and what Stile put into them. */

static void
print_store (StileTrustStore *store)
{
  g_print ("%s\n  %s\n  %s\n", stile_trust_store_get_id (store), stile_trust_store_get_name (store),
           stile_trust_store_get_meaning (store));
  if (stile_trust_store_get_location (store) != NULL)
    g_print ("  %s\n", stile_trust_store_get_location (store));
}

static GVariant *
write_store (StileTrustStore *store)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "id", "s", stile_trust_store_get_id (store));
  g_variant_dict_insert (&dict, "name", "s", stile_trust_store_get_name (store));
  g_variant_dict_insert (&dict, "meaning", "s", stile_trust_store_get_meaning (store));
  if (stile_trust_store_get_location (store) != NULL)
    g_variant_dict_insert (&dict, "location", "s", stile_trust_store_get_location (store));

  return g_variant_dict_end (&dict);
}

/* Somebody else may have taken it out since. */
static gboolean
is_there (StileTrustEntry *entry, StileCertificate *root)
{
  g_autoptr (StileTrustStore) store = stile_trust_stores_open (
      stile_trust_entry_get_store (entry), g_get_user_data_dir (), g_get_home_dir (), NULL);
  g_autoptr (GPtrArray) roots = g_ptr_array_new ();

  g_ptr_array_add (roots, root);
  return store != NULL && stile_trust_store_contains (store, roots, NULL);
}

static void
print_origin (const char *format, const char *value)
{
  g_autofree char *sentence = value != NULL ? g_strdup_printf (format, value) : NULL;

  if (sentence != NULL)
    g_print ("  %s\n", sentence);
}

static void
print_entry (StileTrustEntry *entry)
{
  const StileTrustOrigin *origin = stile_trust_entry_get_origin (entry);
  g_autoptr (GDateTime) local = g_date_time_to_local (stile_trust_entry_get_time (entry));
  g_autofree char *time = g_date_time_format (local, "%F %R");
  GPtrArray *roots = stile_trust_entry_get_roots (entry);

  g_print ("\n%s  %s (%s)\n", time, stile_trust_entry_get_store_name (entry),
           stile_trust_entry_get_store (entry));
  if (!stile_trust_entry_is_done (entry))
    g_print ("  %s\n", _ ("This was begun and did not come to its end; take it back, or install it again."));
  print_origin (_ ("From %s"), origin->service);
  print_origin (_ ("Domain: %s"), origin->domain);
  print_origin (_ ("Voucher for %s"), origin->serial);
  print_origin (_ ("Signed by %s"), origin->signer);
  for (guint i = 0; i < roots->len; i++)
    {
      StileCertificate *root = g_ptr_array_index (roots, i);
      g_autofree char *fingerprint = stile_hex_group (stile_certificate_get_fingerprint (root), 4);

      g_print ("  ");
      g_print (is_there (entry, root) ? "%s" : _ ("%s, not there any more"),
               stile_certificate_get_name (root));
      g_print ("\n    SHA-256 %s\n", fingerprint);
    }
}

static GVariant *
write_root (StileTrustEntry *entry, StileCertificate *root)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "name", "s", stile_certificate_get_name (root));
  g_variant_dict_insert (&dict, "sha256", "s", stile_certificate_get_fingerprint (root));
  g_variant_dict_insert (&dict, "present", "b", is_there (entry, root));

  return g_variant_dict_end (&dict);
}

static void
add_text (GVariantDict *dict, const char *member, const char *text)
{
  if (text != NULL)
    g_variant_dict_insert (dict, member, "s", text);
}

static GVariant *
write_entry (StileTrustEntry *entry)
{
  const StileTrustOrigin *origin = stile_trust_entry_get_origin (entry);
  g_autofree char *time = g_date_time_format_iso8601 (stile_trust_entry_get_time (entry));
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GPtrArray *roots = stile_trust_entry_get_roots (entry);
  GVariantDict dict;

  for (guint i = 0; i < roots->len; i++)
    g_variant_builder_add (&list, "v", write_root (entry, g_ptr_array_index (roots, i)));
  g_variant_dict_init (&dict, NULL);
  add_text (&dict, "store", stile_trust_entry_get_store (entry));
  add_text (&dict, "name", stile_trust_entry_get_store_name (entry));
  add_text (&dict, "time", time);
  add_text (&dict, "state", stile_trust_entry_is_done (entry) ? "done" : "begun");
  add_text (&dict, "service", origin->service);
  add_text (&dict, "domain", origin->domain);
  add_text (&dict, "serial", origin->serial);
  add_text (&dict, "signer", origin->signer);
  g_variant_dict_insert_value (&dict, "roots", g_variant_builder_end (&list));

  return g_variant_dict_end (&dict);
}

static void
print_json (GListModel *stores, GPtrArray *entries)
{
  GVariantBuilder store_list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantBuilder entry_list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));
  GVariantDict dict;
  g_autoptr (GVariant) document = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (stores, i);

      if (stile_trust_store_get_id (store) != NULL)
        g_variant_builder_add (&store_list, "v", write_store (store));
    }
  for (guint i = 0; i < entries->len; i++)
    g_variant_builder_add (&entry_list, "v", write_entry (g_ptr_array_index (entries, i)));
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "stores", g_variant_builder_end (&store_list));
  g_variant_dict_insert_value (&dict, "installed", g_variant_builder_end (&entry_list));
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  stile_cli_print_json (document);
}

static void
print_text (GListModel *stores, GPtrArray *entries)
{
  for (guint i = 0; i < g_list_model_get_n_items (stores); i++)
    {
      g_autoptr (StileTrustStore) store = g_list_model_get_item (stores, i);

      if (stile_trust_store_get_id (store) != NULL)
        print_store (store);
    }
  g_print ("pem:%s\n  %s\n", _ ("FILE"), _ ("Any file of certificates in PEM."));
  g_print ("\n%s\n", entries->len > 0 ? _ ("Installed by Stile, and not taken back:")
                                      : _ ("Stile has installed nothing that it has not taken back."));
  for (guint i = 0; i < entries->len; i++)
    print_entry (g_ptr_array_index (entries, i));
}

/**
 * stile_cli_trust_list_run:
 *
 * Returns: the exit status
 */
int
stile_cli_trust_list_run (gboolean json)
{
  g_autoptr (GListStore) stores = stile_trust_stores_find (g_get_user_data_dir (), g_get_home_dir ());
  g_autoptr (StileTrustRecord) record = stile_trust_record_new (g_get_user_data_dir ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = stile_trust_record_list (record, &error);

  if (entries == NULL)
    return stile_cli_fail (error, json);
  if (json)
    print_json (G_LIST_MODEL (stores), entries);
  else
    print_text (G_LIST_MODEL (stores), entries);

  return STILE_CLI_EXIT_DONE;
}
