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
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file.FullName));
            string Text(string name) => json.RootElement.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text
                ? text : throw Wrong(name, "is missing");
            var scopes = Text("scope").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (scopes.FirstOrDefault(scope => !Clients.Scopes.Contains(scope)) is { } unknown)
                throw Wrong("scope", $"has {unknown}; send some of {string.Join(' ', Clients.Scopes)}");
            if (!Roles.Contains(Text("role")))
                throw Wrong("role", $"is {Text("role")}; send one of {string.Join(", ", Roles)}");
            JsonWebKeySet keys = new(json.RootElement.TryGetProperty("jwks", out var jwks) ? jwks.GetRawText() : throw Wrong("jwks", "is missing; send the key set with the public keys"));
            if (keys.Keys.Count == 0 || keys.Keys.Any(key => key.HasPrivateKey || key.Kty is not ("EC" or "RSA")))
                throw Wrong("jwks", "has no key, a private key or one that is no EC or RSA key; send public keys only");
            return new(Text("client_id"), Text("role"), Text("org"), scopes) { Keys = keys };
        }
        catch (Exception unreadable) when (unreadable is JsonException or ArgumentException || (unreadable is InvalidOperationException && unreadable.Data.Count == 0))
        {
            throw Wrong("file", "is no JSON object with client_id, role, org, scope and jwks");
        }

        InvalidOperationException Wrong(string name, string why) => new($"{file.FullName}: {name} {why}") { Data = { ["client"] = file.Name } };
    }
}
