using System.Globalization;
using Ips.SandboxIdentity.Keys;
using LocalServers;
using Microsoft.Extensions.Configuration;

namespace Ips.AppHost;

/// <summary>
/// The issuer of the sandbox's tokens. It keeps its port between starts, because every token contains the address: a token printed yesterday is
/// valid today. It changes the port only when another program uses it.
/// </summary>
internal sealed class SandboxIssuer
{
    /// <summary>The issuer's name among the resources.</summary>
    public const string Resource = "identity";

    private SandboxIssuer(string data, int port) => (Keys, Port) = (new(data), port);

    /// <summary>The keys of the issuer and of its clients.</summary>
    public SandboxKeys Keys { get; }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>The issuer as its tokens name it.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{Port}/");

    /// <summary>The issuer of a data directory, running or not: what tokens are printed for.</summary>
    public static SandboxIssuer In(string data) => new(data, Remembered(data) ?? Remember(data, Ports.Free()));

    /// <summary>The issuer that is about to be started.</summary>
    public static SandboxIssuer Starting(string data, IConfiguration configuration) =>
        new(data, Remember(data, FixedPorts.Of(configuration, Resource, "http") ?? Ports.FreeOr(Remembered(data))));

    /// <summary>A token for any of the services, signed without a request to the issuer.</summary>
    public string Mint(TokenRequest wanted, TimeProvider clock) =>
        new SandboxToken(Address, wanted.Role, wanted.Organization, wanted.Subject, TimeSpan.FromHours(wanted.Hours)).Sign(Keys.Signing, clock);

    private static int? Remembered(string data) =>
        File.Exists(FileIn(data)) && int.TryParse(File.ReadAllText(FileIn(data)), CultureInfo.InvariantCulture, out var port) ? port : null;

    private static int Remember(string data, int port)
    {
        Directory.CreateDirectory(data);
        File.WriteAllText(FileIn(data), port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    private static string FileIn(string data) => Path.Combine(data, "identity.port");
}
