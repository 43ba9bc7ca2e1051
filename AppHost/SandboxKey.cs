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
        var directory = Path.Combine(data, "keys");
        var file = Path.Combine(directory, "sandbox-es256.pem");
        if (!File.Exists(file)) Make(directory, file);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
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

    // Written beside and moved: of two hosts that start at once, one makes the key and the other reads it.
    private static void Make(string directory, string file)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var draft = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var writer = new StreamWriter(draft, options)) writer.Write(made.ExportPkcs8PrivateKeyPem());
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(draft);
        }
    }
}
