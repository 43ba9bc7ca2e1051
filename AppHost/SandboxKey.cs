using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ips.AppHost;

/// <summary>The key that signs sandbox tokens (ES256). Made at first use and kept in keys/ of the data directory, for its owner's eyes alone.</summary>
internal sealed class SandboxKey(ECDsa key)
{
    private const string Issuer = "ips-sandbox";
    private const string Audience = "ips";

    public string PublicKeyPem => key.ExportSubjectPublicKeyInfoPem();
    public string PrivateKeyPem => key.ExportPkcs8PrivateKeyPem();

    public static SandboxKey In(string data)
    {
        var (file, pem) = KeyFile.ReadOrMake(data, "sandbox-es256.pem", NewKey);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (ArgumentException e)
        {
            throw new IOException($"{file} holds no key that can be read ({e.Message}) Remove the file to get a new key; tokens signed with the old one then end.", e);
        }
        return new(key);
    }

    /// <summary>A token for any of the five services.</summary>
    public string Mint(TokenRequest wanted, TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddHours(wanted.Hours),
            Subject = new ClaimsIdentity([new("sub", wanted.Subject), new("role", wanted.Role), new("org", wanted.Organization)]),
            SigningCredentials = new(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
        });
    }

    private static string NewKey()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return made.ExportPkcs8PrivateKeyPem();
    }
}
