using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Ips.SandboxIdentity.Keys;

/// <summary>The part of a key that may be published.</summary>
internal static class PublicHalf
{
    /// <summary>The public key alone, under the same key id.</summary>
    public static ECDsaSecurityKey PublicOnly(this ECDsaSecurityKey key) =>
        new(ECDsa.Create(key.ECDsa.ExportParameters(includePrivateParameters: false))) { KeyId = key.KeyId };
}
