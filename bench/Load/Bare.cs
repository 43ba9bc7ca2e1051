using System.Diagnostics;
using Grpc.Core;
using Ips.Contracts.Eligibility.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ips.Load;

/// <summary>The same rpc with the same messages in a process that does nothing for it: what a unary gRPC call costs on this machine.</summary>
internal sealed class Bare : IDisposable
{
    private readonly Process process;

    private Bare(Process process, string address) => (this.process, Address) = (process, address);

    public string Address { get; }

    /// <summary>Starts this program once more, as the server.</summary>
    public static async Task<Bare> Start()
    {
        ProcessStartInfo start = new("dotnet", [typeof(Bare).Assembly.Location, "bare"]) { RedirectStandardOutput = true, UseShellExecute = false };
        var process = Process.Start(start)!;
        return new(process, (await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>Serves until the process is killed, and prints the address first.</summary>
    public static async Task Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        await using var app = builder.Build();
        app.MapGrpcService<Same>();
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(app.Urls.Single()));
        await app.RunAsync();
    }

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }

    private sealed class Same : Determinations.DeterminationsBase
    {
        private static readonly VerifyResponse Answer = new()
        {
            Eligible = true,
            Determination = $"determinations/{Guid.AllBitsSet}",
            Payer = People.Payer,
            State = DeterminationState.Eligible,
            Reason = "determined eligible as of 2026-11-22, enrolled from 2026-07-25",
        };

        public override Task<VerifyResponse> Verify(VerifyRequest request, ServerCallContext context) => Task.FromResult(Answer);
    }
}
