using System.Text.RegularExpressions;
using Ips.Testing;
using Xunit;

namespace Ips.Deploy.Tests;

/// <summary>No file of a deployment holds the value of a secret.</summary>
public sealed partial class SecretTests
{
    [Fact]
    public async Task Manifest_names_its_secrets_and_holds_none()
    {
        var manifest = await Manifest.Read();

        Assert.True(manifest.Parameters.Count(parameter => parameter.Secret) >= 5);
        foreach (var (_, input) in manifest.Parameters.Where(parameter => parameter.Secret))
            Assert.Equal(["secret", "type"], input.Select(field => field.Key).Order());
        foreach (var workload in manifest.Services.Concat(manifest.Migrations).Concat(manifest.Containers).Select(manifest.Workload))
            Assert.DoesNotContain(workload.Variables, variable => HoldsValue(variable.Key, variable.Value, '{'));
        Assert.DoesNotContain("-----BEGIN", manifest.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_file_takes_every_secret_from_a_file()
    {
        var compose = Compose.Read();

        foreach (var name in compose.Names)
            Assert.DoesNotContain(compose.Workload(name).Variables, variable => !IsFile(variable.Key) && HoldsValue(variable.Key, variable.Value, '$'));
        foreach (var (_, secret) in compose.Document["secrets"]!.AsObject())
            Assert.StartsWith("./secrets/", (string)secret!["file"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_secret_of_the_compose_file_is_created_or_required()
    {
        var script = File.ReadAllText(Path.Combine(Compose.Folder, "make-secrets.sh"));
        var names = Compose.Read().Document["secrets"]!.AsObject().Select(secret => secret.Key).ToList();

        Assert.All(names, name => Assert.True(
            script.Contains($"write {name} ", StringComparison.Ordinal)
            || ((name.EndsWith("-db", StringComparison.Ordinal) || name.EndsWith("-bus", StringComparison.Ordinal))
                && Loop("service", script).Contains(name[..name.LastIndexOf('-')]))
            || (name.EndsWith("-client-secret", StringComparison.Ordinal) && Loop("client", script).Contains(name[..^"-client-secret".Length])),
            name));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chart_makes_no_Secret_and_holds_no_value_of_one(bool everything)
    {
        var chart = await Chart.Render("ips-platform", everything ? Chart.EverythingOn : []);

        Assert.Empty(chart.Of("Secret"));
        foreach (var (name, _) in chart.Pods())
            Assert.DoesNotContain(chart.Workload(name).Variables, variable => HoldsValue(variable.Key, variable.Value, '$'));
    }

    [Fact]
    public void Files_of_deploy_hold_no_key_and_no_password()
    {
        var files = Directory.GetFiles(Path.Combine(Checkout.Root, "deploy"), "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}secrets{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

        Assert.All(files, file => Assert.DoesNotMatch(Secret(), File.ReadAllText(file)));
    }

    private static bool IsFile(string variable) => variable.EndsWith("_FILE", StringComparison.Ordinal);

    private static string[] Loop(string variable, string script) => script.Split($"for {variable} in ")[1].Split("; do")[0].Split(' ');

    // Passwords, keys and connection strings; an address or a reference to something else is no value.
    private static bool HoldsValue(string name, string value, char reference) =>
        NameOfSecret().IsMatch(name) && value.Length > 0 && !value.Contains(reference, StringComparison.Ordinal);

    [GeneratedRegex("PASS|SECRET(?!S__Directory)|(?<!Public)Key|PRIVATE|ConnectionStrings__", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NameOfSecret();

    // PEM, 32 bytes in base64, a password in a connection string or an address.
    [GeneratedRegex(@"-----BEGIN|[A-Za-z0-9+/]{43}=|Password=[A-Za-z0-9]|amqps?://[^:$<{\s]+:(?!password@)[A-Za-z0-9]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();
}
