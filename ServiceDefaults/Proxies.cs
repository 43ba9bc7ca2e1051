using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ips.ServiceDefaults;

/// <summary>
/// Behind a proxy that ends TLS: the scheme and address that it forwards are those of the request, so that links, cookies and HSTS are those of HTTPS. Only
/// proxies that the configuration names are believed: <c>ForwardedHeaders:KnownProxies</c> (addresses) and <c>ForwardedHeaders:KnownNetworks</c> (such as
/// <c>10.0.0.0/8</c>), each with commas between; without them those on the same machine.
/// </summary>
internal static class Proxies
{
    public static void AddProxies(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("ForwardedHeaders");
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var proxy in Listed(section["KnownProxies"]))
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
            foreach (var network in Listed(section["KnownNetworks"]))
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        });
        builder.Services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        builder.Services.AddTransient<IStartupFilter, ProxiesFirst>();
    }

    private static string[] Listed(string? setting) =>
        setting?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private sealed class ProxiesFirst(IHostEnvironment environment) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseForwardedHeaders();
            if (!environment.IsDevelopment())
                app.UseHsts();
            next(app);
        };
    }
}
