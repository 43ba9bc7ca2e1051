using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Ips.SandboxIdentity;

/// <summary>
/// The clients of the sandbox and those that partners registered: a file for each in <c>keys/partners</c> of the data directory, with the client metadata of
/// RFC 7591 and beside it role and organization. A partner keeps its private key; the file has the public ones.
/// </summary>
internal sealed class PartnerClients
{
    private const string Folder = "partners";
    private static readonly string[] Roles = ["provider", "mco", "dvrs", "state"];

    /// <summary>Reads the files.</summary>
    /// <param name="data">The data directory.</param>
    public PartnerClients(string data)
    {
        DirectoryInfo folder = new(Path.Combine(data, "keys", Folder));
        Machines = [.. Clients.Machines, .. folder.Exists ? folder.GetFiles("*.json").OrderBy(file => file.Name, StringComparer.Ordinal).Select(Read) : []];
        if (Machines.GroupBy(machine => machine.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1 || same.Key == Clients.Portal) is { } twice)
            throw new InvalidOperationException($"{folder.FullName}: the client_id {twice.Key} is registered already; choose another");
    }

    /// <summary>Every client that gets tokens in its own name.</summary>
    public IReadOnlyList<MachineClient> Machines { get; }

    private static MachineClient Read(FileInfo file)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(File.ReadAllBytes(file.FullName));
        }
        catch (JsonException)
        {
            throw Wrong("file", "is no JSON");
        }

        if (json.ValueKind != JsonValueKind.Object)
            throw Wrong("file", "is no JSON object with client_id, role, org, scope and jwks");
        var scopes = Text("scope").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.FirstOrDefault(scope => !Clients.Scopes.Contains(scope)) is { } unknown)
            throw Wrong("scope", $"has {unknown}; write some of {string.Join(' ', Clients.Scopes)}");
        if (!Roles.Contains(Text("role")))
            throw Wrong("role", $"is {Text("role")}; write one of {string.Join(", ", Roles)}");
        return new(Text("client_id"), Text("role"), Text("org"), scopes) { Keys = Keys() };

        string Text(string name) => json.TryGetProperty(name, out var value) && value is { ValueKind: JsonValueKind.String } && value.GetString() is { Length: > 0 } text
            ? text : throw Wrong(name, "is missing or no text");

        JsonWebKeySet Keys()
        {
            const string Expected = "write the key set with your public keys, EC or RSA";
            if (!json.TryGetProperty("jwks", out var jwks))
                throw Wrong("jwks", $"is missing; {Expected}");
            try
            {
                JsonWebKeySet keys = new(jwks.GetRawText());
                return keys.Keys.Count > 0 && keys.Keys.All(key => !key.HasPrivateKey && key.Kty is ("EC" or "RSA")) ? keys
                    : throw Wrong("jwks", $"has no key, a private key or one of another kind; {Expected}");
            }
            catch (ArgumentException)
            {
                throw Wrong("jwks", $"is no key set; {Expected}");
            }
        }

        InvalidOperationException Wrong(string name, string why) => new($"{file.FullName}: {name} {why}");
    }
}
