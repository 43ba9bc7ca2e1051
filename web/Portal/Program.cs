using Ips.Portal;
using Ips.Portal.Components;
using Ips.Portal.Reporting;
using Ips.Portal.SignIn;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton(TimeProvider.System);
builder.AddSignIn();
builder.AddReporting();
builder.Services.AddRazorComponents();

var app = builder.Build();
app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
app.UseAuthentication();
app.UsePageHeaders();
app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=3600" });
app.UseRouting();
app.UseAuthorization();
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapSignIn();
// Browsers ask for it by themselves.
app.MapGet("/favicon.ico", () => Results.LocalRedirect("~/icon.svg", permanent: true)).AllowAnonymous();
app.MapRazorComponents<App>();
app.Run();
