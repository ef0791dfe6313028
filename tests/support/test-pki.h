/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/*
 * A small PKI for tests, made on the spot:
 *
 *   g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
 *   g_autoptr (TestPki) server = test_pki_issue (root, &(TestPkiOptions){ .name = "Server", .hosts = "a.example" });
 *   g_autoptr (GPtrArray) chain = test_pki_get_chain (server);
 *   g_autoptr (GPtrArray) anchors = test_pki_list (root, NULL);
 *
 * A TestPki is a certificate, its private key, and a reference to whoever issued it.  Everything that fails ends the
 * test.
 */
typedef struct _TestPki TestPki;

typedef enum
{
  TEST_PKI_P256,
  TEST_PKI_P384,
  TEST_PKI_ED25519,
  TEST_PKI_RSA, /* 2048 bits: takes some 100 ms */
} TestPkiKey;

/**
 * TestPkiOptions:
 * @name: the common name; %NULL for none
 * @name_length: bytes of @name when it holds a NUL, else 0
 * @organization: the organization; %NULL for none
 * @hosts: DNS names and IP addresses for the subject alternative name, with commas between; %NULL for none
 * @key: what kind of key to make
 * @same_key_as: (nullable): takes this one's key in place of a new one
 * @authority: whether it may issue others
 * @begins: seconds from now to the first of its validity, usually negative; 0 for an hour ago
 * @ends: seconds from now to the last of its validity; 0 for a day ahead
 * @purpose: what a leaf may be used for, OIDs with commas between; "" for no word of it, %NULL for TLS servers and clients
 * @serial_number: the subject's X520SerialNumber, as devices have one; %NULL for none
 * @masa_url: id-pe-masa-url (RFC 8995 section 2.3.2); %NULL for none
 * @padding: bytes of an extension that means nothing, to make chains long
 * @without_key_id: whether it has no SubjectKeyIdentifier
 *
 * What is left out is as a server's or client's certificate has it.
 */
typedef struct
{
  const char *name;
  gsize name_length;
  const char *organization;
  const char *hosts;
  TestPkiKey key;
  TestPki *same_key_as;
  gboolean authority;
  gint64 begins;
  gint64 ends;
  const char *purpose;
  const char *serial_number;
  const char *masa_url;
  gsize padding;
  gboolean without_key_id;
} TestPkiOptions;

TestPki *test_pki_authority_new (const char *name, TestPkiKey key);
TestPki *test_pki_issue (TestPki *issuer, const TestPkiOptions *options);
TestPki *test_pki_ref (TestPki *self);
void test_pki_unref (TestPki *self);

/* (transfer none) */
StileCertificate *test_pki_get_certificate (TestPki *self);
GBytes *test_pki_get_der (TestPki *self);
gnutls_x509_privkey_t test_pki_get_key (TestPki *self);

/* (transfer full): itself first, then whoever issued it, without the self-signed root (unless it is all there is) */
GPtrArray *test_pki_get_chain (TestPki *self);
char *test_pki_get_chain_pem (TestPki *self);
char *test_pki_get_key_pem (TestPki *self);

/* (transfer full): the certificates of the arguments up to NULL, for anchors and for odd chains */
GPtrArray *test_pki_list (TestPki *first, ...) G_GNUC_NULL_TERMINATED;

/* A copy of the certificate with the last byte of its signature changed. */
StileCertificate *test_pki_forge (TestPki *self);

/* Files: a directory of its own, DIRECTORY/NAME.pem with the chain and DIRECTORY/NAME.key; (transfer full) paths. */
char *test_pki_directory_new (void);
void test_pki_directory_remove (const char *directory);
char *test_pki_save_chain (TestPki *self, const char *directory, const char *name);
char *test_pki_save_key (TestPki *self, const char *directory, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPki, test_pki_unref)

G_END_DECLS
