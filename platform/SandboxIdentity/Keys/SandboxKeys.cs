using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Ips.SandboxIdentity.Keys;

/// <summary>The keys and secrets of the sandbox issuer and its clients, in <c>keys/</c> of the data directory.</summary>
internal sealed class SandboxKeys(string data)
{
    /// <summary>The ES256 key that signs every sandbox token. Deleting its file ends all tokens that were signed with it.</summary>
    public ECDsaSecurityKey Signing => Read("sandbox-es256.pem");

    /// <summary>The key that a machine client signs its assertions with (<c>private_key_jwt</c>). The issuer registers the public half.</summary>
    public ECDsaSecurityKey OfClient(string clientId) => Read(Path.Combine("clients", $"{clientId}.pem"));

    /// <summary>The secret of a client (<c>client_secret_basic</c>).</summary>
    public string SecretOf(string clientId) =>
        KeyFile.ReadOrMake(data, Path.Combine("clients", $"{clientId}.secret"), () => Base64UrlEncoder.Encode(RandomNumberGenerator.GetBytes(32))).Text;

    private ECDsaSecurityKey Read(string name)
    {
        var (file, pem) = KeyFile.ReadOrMake(data, name, NewKey);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (ArgumentException unreadable)
        {
            throw new IOException(
                $"{file} does not hold a readable EC private key. Delete the file to get a new key; tokens of the old one then end.", unreadable);
        }

        ECDsaSecurityKey security = new(key);
        security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
        return security;
    }

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
