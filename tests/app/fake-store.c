/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/fake-store.h"

#include "atls/stile-error.h"

struct _FakeStore
{
  GObject parent_instance;

  gboolean selected;
  gboolean installed;
  char *name;
  char *obstacle; /* to trying */
  char *problem;  /* of whoever tries */
};

enum
{
  PROP_SELECTED = 1,
};

static gboolean
refuse (const char *sentence, GError **error)
{
  if (sentence == NULL)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_SETTINGS, sentence);
  return FALSE;
}

static const char *
get_name (StileTrustStore *store)
{
  return FAKE_STORE (store)->name;
}

static const char *
get_meaning (StileTrustStore *store)
{
  return "For programs of a test, <b>all</b> of them & more.";
}

static const char *
get_location (StileTrustStore *store)
{
  return "/var/lib/example/trust";
}

static gboolean
install (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  FakeStore *self = FAKE_STORE (store);

  self->installed = refuse (self->problem, error);
  return self->installed;
}

static gboolean
take_back (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  FAKE_STORE (store)->installed = FALSE;
  return TRUE;
}

static gboolean
contains (StileTrustStore *store, GPtrArray *roots, GError **error)
{
  return FAKE_STORE (store)->installed;
}

static gboolean
can_install (StileTrustStore *store, GError **error)
{
  return refuse (FAKE_STORE (store)->obstacle, error);
}

static char *
get_change (StileTrustStore *store, GPtrArray *roots)
{
  return g_strdup_printf ("%u certificate goes into this file:\n/var/lib/example/trust/7f3a.crt", roots->len);
}

static char *
get_command (StileTrustStore *store, GPtrArray *roots)
{
  return g_strdup ("sudo install-roots <<'END'\n-----BEGIN CERTIFICATE-----\nMIIB…\nEND\n");
}

static GPtrArray *
verify (StileTrustStore *store, GPtrArray *roots)
{
  GPtrArray *results = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (results,
                   stile_trust_result_new ("Example Browser", STILE_TRUST_HOLDS, "%s", "It trusts them."));
  g_ptr_array_add (results, stile_trust_result_new ("Example Mail", STILE_TRUST_ELSEWHERE, "%s",
                                                    "It has a database of its own."));
  return results;
}

static void
trust_store_init (StileTrustStoreInterface *iface)
{
  iface->get_id = get_name;
  iface->get_name = get_name;
  iface->get_meaning = get_meaning;
  iface->get_location = get_location;
  iface->install = install;
  iface->remove = take_back;
  iface->contains = contains;
  iface->can_install = can_install;
  iface->get_change = get_change;
  iface->get_command = get_command;
  iface->verify = verify;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeStore,
                               fake_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_TRUST_STORE, trust_store_init))

static void
fake_store_finalize (GObject *object)
{
  FakeStore *self = FAKE_STORE (object);

  g_free (self->name);
  g_free (self->obstacle);
  g_free (self->problem);

  G_OBJECT_CLASS (fake_store_parent_class)->finalize (object);
}

static void
fake_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, FAKE_STORE (object)->selected);
}

static void
fake_store_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  FAKE_STORE (object)->selected = g_value_get_boolean (value);
}

static void
fake_store_class_init (FakeStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = fake_store_finalize;
  object_class->get_property = fake_store_get_property;
  object_class->set_property = fake_store_set_property;
  g_object_class_override_property (object_class, PROP_SELECTED, "selected");
}

static void
fake_store_init (FakeStore *self)
{
}

FakeStore *
fake_store_new (const char *name)
{
  FakeStore *self = g_object_new (FAKE_TYPE_STORE, NULL);

  self->name = g_strdup (name);
  return self;
}

void
fake_store_set_obstacle (FakeStore *self, const char *sentence)
{
  g_free (self->obstacle);
  self->obstacle = g_strdup (sentence);
}

void
fake_store_set_problem (FakeStore *self, const char *sentence)
{
  g_free (self->problem);
  self->problem = g_strdup (sentence);
}

gboolean
fake_store_is_installed (FakeStore *self)
{
  return self->installed;
}
