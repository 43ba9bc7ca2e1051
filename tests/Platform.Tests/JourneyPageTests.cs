using System.Text.RegularExpressions;
using Aspire.Hosting.Testing;
using Ips.Testing;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>
/// docs/journey.md as it stands on the page, typed into a shell: every <c>sh</c> block is run, and the <c>text</c> block after it is what it prints; <c>...</c>
/// is any text of a line. Only the first block, the reader's own addresses and tokens, is ours. A platform of its own: other tests count what is there.
/// </summary>
[Collection("platform")]
public sealed partial class JourneyPageTests : IAsyncLifetime
{
    private readonly Platform platform = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ips-page-");

    public Task InitializeAsync() => platform.InitializeAsync();

    public async Task DisposeAsync()
    {
        folder.Delete(recursive: true);
        await platform.DisposeAsync();
    }

    [Fact]
    public async Task The_page_works_as_it_is_written()
    {
        await SandboxCase.Load(platform, transport: null);
        var blocks = Block().Matches(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "journey.md")));
        Assert.True(blocks.Count >= 10, $"journey.md has {blocks.Count} blocks.");
        var script = string.Concat(blocks.Select((block, n) => $"echo '{Cut} {n}'\n{(n == 0 ? Addresses() : block.Groups["sh"].Value)}\n"));
        using var shell = await NodePeers.Shell(script, folder.FullName);
        var complaints = shell.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(4));
        var printed = (await shell.StandardOutput.ReadToEndAsync(patience.Token)).Split($"{Cut} ").Skip(1)
            .Select(part => part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]).ToList();
        Assert.Equal(blocks.Count, printed.Count);
        foreach (var (block, output) in blocks.Zip(printed))
        {
            var wanted = $"^{Regex.Escape(block.Groups["text"].Value).Replace(@"\.\.\.", ".*", StringComparison.Ordinal)}$";
            Assert.True(Regex.IsMatch(output, wanted, RegexOptions.None, TimeSpan.FromSeconds(10)),
                $"After\n{block.Groups["sh"].Value}\nthe page has\n{block.Groups["text"].Value}\nand the platform said\n{output}\n{await complaints}");
        }
    }

    private string Addresses() =>
        $"""
        E={Http("eligibility")} T={Http("staffing")} B={Http("billing")}
        F={Http("fidelity")} R={Http("reporting")} G={platform.Grpc("eligibility").AbsoluteUri.TrimEnd('/')}
        P={platform.Token("provider", "harbor-works")} M={platform.Token("mco", "alliance")}
        D={platform.Token("dvrs", "nc-dvrs")} S={platform.Token("state", "nc-dhhs")}
        """;

    private string Http(string service) => platform.App.GetEndpoint(service, "http").AbsoluteUri.TrimEnd('/');

    private const string Cut = "@@@";

    [GeneratedRegex(@"```sh\n(?<sh>.*?)```(\s*```text\n(?<text>.*?)```)?",
        RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Block();
}
