using System.Diagnostics;
using System.Text.Json;
using Ips.Testing;

namespace Ips.Reporting.Tests;

/// <summary>A receiver on this machine that checks messages with the npm package standardwebhooks.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly Process process;

    private WebhookReceiver(Process process, string address) => (this.process, Address) = (process, address);

    public string Address { get; }

    public static async Task<WebhookReceiver> Start()
    {
        var process = await NodePeers.Start("webhooks.js");
        return new(process, (await Line(process)).GetProperty("address").GetString()!);
    }

    /// <summary>The status that it answers from now on, or the secrets that it checks with, with a comma between them.</summary>
    public async Task Set(string value)
    {
        await process.StandardInput.WriteLineAsync(value);
        await process.StandardInput.FlushAsync();
        while (true)
        {
            if ((await Line(process)).TryGetProperty("set", out _))
                return;
        }
    }

    /// <summary>The next message.</summary>
    public Task<JsonElement> Next() => Line(process);

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<JsonElement> Line(Process process)
    {
        using CancellationTokenSource patience = new(Poll.Patience);
        return await NodePeers.ReadLine(process, patience.Token) ?? throw new InvalidOperationException("The receiver ended.");
    }
}
